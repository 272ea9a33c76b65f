/** A mistake in the settings in words that say what to write instead. */
import type { z } from "zod";
import type { Text } from "../../system/text.ts";
import type { YamlProblem } from "../../system/yaml.ts";
import { say } from "./messages.ts";

/** @param file its name, for what is wrong with the document as a whole. */
export function describeProblem({ issue, message }: YamlProblem, file = "stick.yaml"): Text {
  return issue === undefined ? say.notYaml(message) : describeIssue(issue, file);
}

function describeIssue(issue: z.core.$ZodIssue, file: string): Text {
  const key = issue.path.length === 0 ? file : issue.path.map(String).join(" › ");
  switch (issue.code) {
    case "unrecognized_keys":
      return say.unknownKey(issue.keys.join(", "));
    case "invalid_type":
      return say.wrongType(key, issue.expected);
    case "invalid_value":
      return say.oneOf(key, issue.values.map(String).join(", "));
    case "too_small":
      if (issue.origin === "number" || issue.origin === "int") {
        return say.between(key, String(issue.minimum), "3600");
      }
      break;
    case "too_big":
      if (issue.origin === "number" || issue.origin === "int") {
        return say.between(key, "1", String(issue.maximum));
      }
      break;
    case "invalid_key": {
      const [inner] = issue.issues;
      if (inner !== undefined) return describeIssue({ ...inner, path: issue.path }, file);
      break;
    }
    case "invalid_union": {
      // The branch that went further: the other one has the wrong type altogether.
      const branch = issue.errors.find(
        ([first]) =>
          first !== undefined && !(first.code === "invalid_type" && first.path.length === 0),
      );
      const inner = (branch ?? issue.errors[0])?.[0];
      if (inner !== undefined) {
        return describeIssue({ ...inner, path: [...issue.path, ...inner.path] }, file);
      }
      break;
    }
    case "custom":
    case "invalid_element":
    case "invalid_format":
    case "not_multiple_of":
  }
  const text = textIn(issue);
  return text === undefined ? say.wrong(key, issue.message) : withKey(key, text);
}

function withKey(key: string, text: Text): Text {
  return { en: `${key}: ${text.en}`, zh: `${key}：${text.zh}` };
}

/** The sentence that the schema gave along. */
function textIn(issue: z.core.$ZodIssue): Text | undefined {
  const params: unknown = "params" in issue ? issue.params : undefined;
  if (typeof params !== "object" || params === null || !("text" in params)) return undefined;
  return params.text as Text;
}
