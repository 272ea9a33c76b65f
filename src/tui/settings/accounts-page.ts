/** Passwords: whose there are, and who of them is asked for where. */
import { checkPassword, hashPassword } from "../../menu/password.ts";
import type { SettingEdit, SettingPath } from "../../stick/settings/edit.ts";
import type { StickSettings } from "../../stick/settings/schema.ts";
import { placesOfUser } from "../../stick/settings/users.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { Choice, Words } from "../frame/view.ts";
import { fieldSay } from "./field-messages.ts";
import { settingsSay } from "./messages.ts";
import type { Form, FormField, Page, PageContext } from "./page.ts";
import { faint } from "./page.ts";

export function accountsPage(): Page {
  return {
    title: fieldSay.accounts(),
    help: settingsSay.accountsHelp(),
    body: (context) => {
      const { settings, ask, open } = context;
      const { users = {}, superusers = [] } = settings;
      const names = Object.keys(users);
      const lines = names.map((name): Choice => ({
        id: `user ${name}`,
        label: name,
        ...(superusers.includes(name) && { detail: fieldSay.superuser() }),
        choose: () => open(accountPage(name)),
      }));
      const add: Choice = {
        id: "add",
        label: settingsSay.newUser(),
        note: names.length === 0 ? settingsSay.firstUserNote() : settingsSay.newUserNote(),
        tone: "accent",
        choose: () => ask(newUserForm(settings)),
      };
      const none = names.length === 0 ? [faint(fieldSay.noUsers())] : [];
      return [...none, { kind: "choices", id: "users", items: [...lines, add] }];
    },
  };
}

function accountPage(name: string): Page {
  return {
    title: name,
    help: settingsSay.accountsHelp(),
    body: (context) => [{ kind: "choices", id: "account", items: accountLines(name, context) }],
  };
}

function accountLines(name: string, { settings, ask, edit, editAndBack }: PageContext): Choice[] {
  const { users = {}, superusers = [] } = settings;
  const isSuper = superusers.includes(name);
  const others = superusers.filter((one) => one !== name);
  const isLast = Object.keys(users).length === 1;
  const places = placesOfUser(settings, name);
  const superLine: Choice = {
    id: "superuser",
    label: fieldSay.superuser(),
    ticked: isSuper,
    note: settingsSay.superuserNote(),
  };
  const removeLine: Choice = { id: "remove", label: settingsSay.removeUser() };
  const needed = isSuper && others.length === 0;
  return [
    {
      id: "password",
      label: settingsSay.otherPassword(),
      choose: () => ask(passwordForm(name)),
    },
    needed
      ? { ...superLine, note: settingsSay.lastSuperuser() }
      : {
          ...superLine,
          choose: () =>
            edit({ path: ["superusers"], value: isSuper ? others : [...superusers, name] }),
        },
    places.length > 0
      ? { ...removeLine, note: settingsSay.askedFor(places.join(", ")) }
      : needed && !isLast
        ? { ...removeLine, note: settingsSay.lastSuperuser() }
        : {
            ...removeLine,
            note: isLast ? settingsSay.lastUserNote() : settingsSay.removeUserNote(),
            choose: () =>
              editAndBack(
                { path: ["users", name], value: undefined },
                ...(isSuper
                  ? [{ path: ["superusers"], value: others.length === 0 ? undefined : others }]
                  : []),
              ),
          },
  ];
}

const passwordFields = (): FormField[] => [
  {
    id: "password",
    label: settingsSay.password(),
    value: "",
    hidden: true,
    note: settingsSay.passwordNote(),
  },
  { id: "again", label: settingsSay.passwordAgain(), value: "", hidden: true },
];

function passwordForm(name: string): Form {
  return {
    title: settingsSay.otherPassword(),
    help: settingsSay.formHelp(),
    about: [],
    fields: passwordFields(),
    edits: async ([password = "", again = ""]) => [
      { path: ["users", name], value: await hashOf(password, again) },
    ],
  };
}

function newUserForm({ users = {}, superusers = [] }: StickSettings): Form {
  return {
    title: settingsSay.newUser(),
    help: settingsSay.formHelp(),
    about: [],
    fields: [
      { id: "name", label: settingsSay.userName(), value: "", note: settingsSay.userNameNote() },
      ...passwordFields(),
    ],
    edits: async ([typed = "", password = "", again = ""]) => {
      const name = typed.trim();
      if (name in users) throw new LifeboatError("settings-mistake", settingsSay.isThere(name));
      const hash = await hashOf(password, again);
      const edits: SettingEdit[] = [{ path: ["users", name], value: hash }];
      // There must be one as soon as there are users.
      if (superusers.length === 0) edits.push({ path: ["superusers"], value: [name] });
      return edits;
    },
  };
}

async function hashOf(password: string, again: string): Promise<string> {
  checkPassword(password);
  if (password !== again) {
    throw new LifeboatError("password-twice", settingsSay.notTheSame(), { kind: "usage" });
  }
  return hashPassword(password);
}

/** Who may do something, besides the superusers: a box for each. */
export function askedPage(
  title: Words,
  path: SettingPath,
  listIn: (settings: StickSettings) => readonly string[] | undefined,
): Page {
  return {
    title,
    help: settingsSay.askedHelp(),
    body: ({ settings, edit }) => {
      const chosen = listIn(settings) ?? [];
      const { users = {}, superusers = [] } = settings;
      const items = Object.keys(users).map((name): Choice => {
        const isChosen = chosen.includes(name);
        const next = isChosen ? chosen.filter((one) => one !== name) : [...chosen, name];
        return {
          id: name,
          label: name,
          ticked: isChosen,
          ...(superusers.includes(name) && { detail: fieldSay.superuser() }),
          choose: () => edit({ path, value: next.length === 0 ? undefined : next }),
        };
      });
      const about = chosen.length === 0 ? fieldSay.asksNobody() : fieldSay.asksThese();
      return [faint(about), { kind: "choices", id: "asked", items, empty: fieldSay.noUsers() }];
    },
  };
}
