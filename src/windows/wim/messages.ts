import type { Text } from "../../system/text.ts";
import { counted } from "../../system/text.ts";
import { formatSize } from "../../system/sizes.ts";

/** What is said of WIM files as they are read. */
export const say = {
  notAWim: (): Text => ({
    en: "The file doesn't begin as a WIM does",
    zh: "此文件的开头不是 WIM 格式",
  }),
  notAWimHint: (): Text => ({
    en: "Name an install.wim, install.esd, install.swm or boot.wim, or the Windows ISO that has it",
    zh: "请指定 install.wim、install.esd、install.swm 或 boot.wim，或包含它的 Windows ISO",
  }),
  noLastHeader: (): Text => ({
    en: "The WIM's end is missing: it is a pipable one, whose header lies there",
    zh: "WIM 的末尾缺失：这是可管道传输的 WIM，其文件头位于末尾",
  }),
  headerSize: (size: number): Text => ({
    en: `The WIM's header states its own size as ${size} bytes; it has 208`,
    zh: `WIM 文件头声明自身大小为 ${size} 字节，应为 208`,
  }),
  version: (version: number): Text => ({
    en: `The WIM's format has version 0x${version.toString(16)}, which is unknown`,
    zh: `WIM 格式版本 0x${version.toString(16)} 未知`,
  }),
  partNumber: (part: number, total: number): Text => ({
    en: `The WIM's header says that it is part ${part} of ${total}`,
    zh: `WIM 文件头声明它是第 ${part} 部分（共 ${total} 部分），不合理`,
  }),
  damagedHint: (): Text => ({
    en: "Download or copy the file again, and compare its SHA-256",
    zh: "请重新下载或复制此文件，并核对其 SHA-256",
  }),
  outside: (what: Text, end: number, size: number): Text => ({
    en: `The WIM is cut off: its ${what.en} ends at byte ${end}, and the file has ${formatSize(size)} (${size} bytes)`,
    zh: `WIM 不完整：其${what.zh}结束于字节 ${end}，而文件只有 ${formatSize(size)}（${size} 字节）`,
  }),
  xmlData: (): Text => ({ en: "XML data", zh: " XML 数据" }),
  blobTable: (): Text => ({ en: "blob table", zh: "数据块表" }),
  integrityTable: (): Text => ({ en: "integrity table", zh: "完整性表" }),
  compressedTable: (what: Text): Text => ({
    en: `The WIM's ${what.en} is compressed, which no known program writes`,
    zh: `WIM 的${what.zh}经过压缩，没有已知程序会这样写入`,
  }),
  xmlTooLarge: (size: number, limit: number): Text => ({
    en: `The WIM's XML data has ${formatSize(size)}; more than ${formatSize(limit)} isn't read`,
    zh: `WIM 的 XML 数据有 ${formatSize(size)}，超过 ${formatSize(limit)} 则不读取`,
  }),
  xmlMissing: (): Text => ({
    en: "The WIM has no XML data, so nothing says what its images are",
    zh: "WIM 没有 XML 数据，无法得知其中的映像",
  }),
  xmlBroken: (reason: string): Text => ({
    en: `The WIM's XML data can't be read: ${reason}`,
    zh: `无法读取 WIM 的 XML 数据：${reason}`,
  }),
  xmlTooDeep: (): Text => ({
    en: "The WIM's XML data is nested deeper than any program writes it",
    zh: "WIM 的 XML 数据嵌套过深",
  }),
  xmlDeclaresEntities: (): Text => ({
    en: "The WIM's XML data declares a document type, which no program that makes WIMs writes",
    zh: "WIM 的 XML 数据声明了文档类型，没有制作 WIM 的程序会这样写入",
  }),
  xmlNotAWim: (root: string): Text => ({
    en: `The WIM's XML data begins with <${root}> instead of <WIM>`,
    zh: `WIM 的 XML 数据以 <${root}> 而不是 <WIM> 开头`,
  }),
  tooManyImages: (limit: number): Text => ({
    en: `The WIM's XML data names more than ${limit} images`,
    zh: `WIM 的 XML 数据包含超过 ${limit} 个映像`,
  }),
  imageNumber: (value: string): Text => ({
    en: `The WIM's XML data has an image with the number "${value}"`,
    zh: `WIM 的 XML 数据中有编号为“${value}”的映像`,
  }),
  imageTwice: (index: number): Text => ({
    en: `The WIM's XML data has two images with the number ${index}`,
    zh: `WIM 的 XML 数据中有两个编号为 ${index} 的映像`,
  }),
  imageCount: (header: number, xml: number): Text => ({
    en: `The WIM's header counts ${counted(header, "image", "images")}, its XML data ${xml}`,
    zh: `WIM 文件头声明有 ${header} 个映像，XML 数据中有 ${xml} 个`,
  }),
  bootIndex: (index: number, count: number): Text => ({
    en: `The WIM's header says that image ${index} boots, and there are ${count}`,
    zh: `WIM 文件头声明映像 ${index} 可启动，但只有 ${count} 个映像`,
  }),
  writeInProgress: (): Text => ({
    en: "The WIM says that it was being written to: the program that did it may not have come to its end",
    zh: "WIM 标记为正在写入：写入程序可能没有完成",
  }),
  encrypted: (): Text => ({
    en: "The ESD is encrypted: Windows Update downloads such, and only its Setup can read them",
    zh: "此 ESD 已加密：由 Windows 更新下载，只有其安装程序能读取",
  }),
  encryptedHint: (): Text => ({
    en: "Take the ISO from Microsoft's download page, or the ESD of the Media Creation Tool",
    zh: "请使用 Microsoft 下载页面的 ISO，或媒体创建工具的 ESD",
  }),
  tableSize: (size: number): Text => ({
    en: `The WIM's blob table has ${size} bytes, which isn't a multiple of 50`,
    zh: `WIM 数据块表有 ${size} 字节，不是 50 的倍数`,
  }),
  tableTooLarge: (size: number, limit: number): Text => ({
    en: `The WIM's blob table has ${formatSize(size)}; more than ${formatSize(limit)} isn't read`,
    zh: `WIM 数据块表有 ${formatSize(size)}，超过 ${formatSize(limit)} 则不读取`,
  }),
  blobsOutside: (count: number, end: number, size: number): Text => ({
    en: `${counted(count, "blob of the WIM lies", "blobs of the WIM lie")} outside of the file, up to byte ${end}; it has ${size} bytes`,
    zh: `WIM 的 ${count} 个数据块超出文件（至字节 ${end}），文件只有 ${size} 字节`,
  }),
  noIntegrityTable: (): Text => ({
    en: "The WIM has no integrity table to check it against",
    zh: "WIM 没有可供校验的完整性表",
  }),
  noIntegrityHint: (): Text => ({
    en: "Compare the file's SHA-256 with the one that its publisher names: lifeboat inspect FILE --sha256 HEX",
    zh: "请与发布者公布的 SHA-256 核对：lifeboat inspect FILE --sha256 HEX",
  }),
  integrityBroken: (): Text => ({
    en: "The WIM's integrity table contradicts itself or the size of what it is about",
    zh: "WIM 的完整性表自相矛盾，或与其校验范围不符",
  }),
  checkingIntegrity: (): Text => ({
    en: "Checking the WIM against its integrity table",
    zh: "正在按完整性表校验 WIM",
  }),
  integrityWrong: (chunks: number, first: number): Text => ({
    en: `The WIM is damaged: ${counted(chunks, "piece doesn't", "pieces don't")} fit the integrity table, the first from byte ${first} on`,
    zh: `WIM 已损坏：${chunks} 段与完整性表不符，第一段从字节 ${first} 开始`,
  }),
  partsMissing: (total: number, missing: string): Text => ({
    en: `The WIM is split into ${total} parts, and these aren't beside it: ${missing}`,
    zh: `WIM 被拆分为 ${total} 个部分，旁边缺少：${missing}`,
  }),
  partsMissingHint: (name: string): Text => ({
    en: `Put all parts into one folder (the first is usually called ${name})`,
    zh: `请将所有部分放在同一文件夹中（第一个通常名为 ${name}）`,
  }),
  noImage: (wanted: string): Text => ({
    en: `The WIM has no image "${wanted}"`,
    zh: `WIM 中没有映像“${wanted}”`,
  }),
  severalImages: (wanted: string): Text => ({
    en: `Several images of the WIM are called "${wanted}"`,
    zh: `WIM 中有多个名为“${wanted}”的映像`,
  }),
  chooseImage: (count: number): Text => ({
    en: `The WIM has ${count} images: which one?`,
    zh: `WIM 有 ${count} 个映像：请选择一个`,
  }),
  emptyWim: (): Text => ({ en: "The WIM has no images", zh: "WIM 中没有映像" }),
  imagesAre: (list: string): Text => ({
    en: `There are: ${list}`,
    zh: `现有：${list}`,
  }),
};
