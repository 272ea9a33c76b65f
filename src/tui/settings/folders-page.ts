/** Folders, which are submenus: what they are called, and who may open them. */
import type { Choice } from "../frame/view.ts";
import { askedPage } from "./accounts-page.ts";
import { fieldSay } from "./field-messages.ts";
import { settingsSay } from "./messages.ts";
import type { Page } from "./page.ts";
import { ruleLines } from "./rule-lines.ts";

export function foldersPage(): Page {
  return {
    title: fieldSay.folders(),
    help: settingsSay.foldersHelp(),
    body: ({ about, settings, open }) => {
      const rules = settings.folders ?? {};
      const names = [...new Set([...about.folders, ...Object.keys(rules)])];
      const items = names.map((folder): Choice => {
        const { title, users } = rules[folder] ?? {};
        const detail = [title, users?.join(", ")].filter(Boolean).join(" · ");
        return {
          id: folder,
          label: folder,
          ...(detail !== "" && { detail }),
          choose: () => open(folderPage(folder)),
        };
      });
      return [{ kind: "choices", id: "folders", items, empty: fieldSay.noFolders() }];
    },
  };
}

function folderPage(folder: string): Page {
  return {
    title: folder,
    help: settingsSay.foldersHelp(),
    body: (context) => {
      const { title, users } = context.settings.folders?.[folder] ?? {};
      const path = ["folders", folder];
      const { titleLine, removeLine } = ruleLines(
        path,
        title,
        folder.split("/").at(-1) ?? "",
        context,
      );
      const isThere = context.settings.folders?.[folder] !== undefined;
      return [
        {
          kind: "choices",
          id: "folder",
          items: [
            titleLine,
            {
              id: "users",
              label: fieldSay.users(),
              detail: users?.join(", ") ?? fieldSay.everybody(),
              choose: () =>
                context.open(
                  askedPage(
                    fieldSay.users(),
                    [...path, "users"],
                    (now) => now.folders?.[folder]?.users,
                  ),
                ),
            },
            ...(isThere ? [removeLine] : []),
          ],
        },
      ];
    },
  };
}
