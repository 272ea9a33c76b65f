import type { Text } from "../../system/text.ts";

/** What is said of the settings of a stick (`lifeboat/stick.yaml`). */
export const say = {
  mistake: (where: string, reason: Text): Text => ({
    en: `${where}: ${reason.en}`,
    zh: `${where}：${reason.zh}`,
  }),
  inForce: (): Text => ({
    en: "Correct it and run lifeboat refresh; until then the last good settings stay in force (docs/settings.md describes the keys)",
    zh: "请更正后运行 lifeboat refresh；在此之前沿用上次正确的设置（各项说明见 docs/settings.md）",
  }),
  notYaml: (reason: string): Text => ({
    en: `this is not YAML: ${reason}`,
    zh: `这不是有效的 YAML：${reason}`,
  }),
  unknownKey: (keys: string): Text => ({
    en: `there is no setting "${keys}" here`,
    zh: `此处没有名为“${keys}”的设置`,
  }),
  wrongType: (key: string, wanted: string): Text => ({
    en: `${key} must be ${EXPECTED[wanted]?.en ?? wanted}`,
    zh: `${key} 必须是${EXPECTED[wanted]?.zh ?? wanted}`,
  }),
  oneOf: (key: string, values: string): Text => ({
    en: `${key} must be one of ${values}`,
    zh: `${key} 必须是以下之一：${values}`,
  }),
  between: (key: string, least: string, most: string): Text => ({
    en: `${key} must be a whole number from ${least} to ${most}`,
    zh: `${key} 必须是 ${least} 到 ${most} 的整数`,
  }),
  wrong: (key: string, reason: string): Text => ({
    en: `${key} is wrong: ${reason}`,
    zh: `${key} 有误：${reason}`,
  }),
  plainPassword: (): Text => ({
    en: "a password must not stand here as it is: put in what lifeboat password prints (grub.pbkdf2.sha512.…)",
    zh: "此处不能写明文密码：请填写 lifeboat password 输出的内容（grub.pbkdf2.sha512.…）",
  }),
  noSuchUser: (user: string): Text => ({
    en: `there is no user "${user}" under users`,
    zh: `users 下没有名为“${user}”的用户`,
  }),
  noSuperusers: (): Text => ({
    en: "where there are users, superusers must say which of them may change entries and use the console",
    zh: "设置了 users 时，必须用 superusers 指明谁可以修改条目和使用命令行",
  }),
  badUserName: (): Text => ({
    en: "a user's name is 1 to 32 letters, digits, and . _ -",
    zh: "用户名须为 1 到 32 个字母、数字或 . _ -",
  }),
  badPath: (): Text => ({
    en: "a path begins with / and has no .. in it",
    zh: "路径须以 / 开头，且不能包含 ..",
  }),
  badPattern: (): Text => ({
    en: "this must be a path or a name, with * ? [ ] for what may differ",
    zh: "此处须为路径或名称，可用 * ? [ ] 表示可变部分",
  }),
  tooLarge: (limit: string): Text => ({
    en: `the file is larger than ${limit}`,
    zh: `文件大于 ${limit}`,
  }),
  unreadable: (reason: Text): Text => ({
    en: `it can't be read: ${reason.en}`,
    zh: `无法读取：${reason.zh}`,
  }),
  notUtf8: (): Text => ({
    en: "it is not UTF-8 text: save it as UTF-8",
    zh: "不是 UTF-8 文本：请以 UTF-8 保存",
  }),
  notUtf8Hint: (): Text => ({
    en: "Nothing was changed. Open the file in an editor and save it as UTF-8 (Notepad: Save as, encoding UTF-8)",
    zh: "未作任何更改。请用编辑器打开该文件并以 UTF-8 保存（记事本：另存为，编码选 UTF-8）",
  }),
  fitsNothing: (pattern: string): Text => ({
    en: `no ISO on the stick fits "${pattern}"`,
    zh: `U 盘上没有与“${pattern}”匹配的 ISO`,
  }),
  notHere: (key: string, reason: string): Text => ({
    en: `${key} can't be changed by itself (${reason}): the file says it by an alias. Change it in the text`,
    zh: `无法单独更改 ${key}（${reason}）：文件中此处使用了别名。请直接修改文本`,
  }),
  newUser: (user: string): Text => ({ en: `${user}: with a password`, zh: `${user}：已设密码` }),
  newPassword: (user: string): Text => ({
    en: `${user}: another password`,
    zh: `${user}：新密码`,
  }),
  changedMeanwhile: (): Text => ({
    en: "Somebody else changed the settings on the stick since they were read; nothing was written",
    zh: "读取之后，U 盘上的设置已被其他程序更改；未写入任何内容",
  }),
  changedMeanwhileHint: (): Text => ({
    en: "Open the settings again and make the changes there",
    zh: "请重新打开设置后再更改",
  }),
  anotherStick: (wanted: string, found: string): Text => ({
    en: `The settings are those of ${wanted}, and the stick is ${found} now; nothing was written`,
    zh: `这些设置属于 ${wanted}，而现在的 U 盘是 ${found}；未写入任何内容`,
  }),
  anotherStickHint: (wanted: string): Text => ({
    en: `Plug ${wanted} in again, or open the settings of this stick and make the changes there`,
    zh: `请重新插入 ${wanted}，或打开此 U 盘的设置后再更改`,
  }),
  noDefault: (): Text => ({
    en: "the menu has no such entry to start by default",
    zh: "菜单中没有可默认启动的该条目",
  }),
};

/** What zod calls the kinds of YAML values. */
const EXPECTED: Readonly<Record<string, Text>> = {
  string: { en: "a text", zh: "文本" },
  number: { en: "a number", zh: "数字" },
  int: { en: "a whole number", zh: "整数" },
  boolean: { en: "true or false", zh: " true 或 false" },
  array: { en: "a list", zh: "列表" },
  object: { en: "a group of settings", zh: "一组设置" },
  record: { en: "a group of settings", zh: "一组设置" },
};
