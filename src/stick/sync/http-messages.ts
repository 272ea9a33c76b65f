import type { Text } from "../../system/text.ts";

/** What is said of libraries on web servers. */
export const say = {
  failed: (url: string, reason: Text): Text => ({
    en: `Can't get ${url}: ${reason.en}`,
    zh: `无法获取 ${url}：${reason.zh}`,
  }),
  failedHint: (): Text => ({
    en: "What was copied before stays; run sync again to go on",
    zh: "此前复制的文件予以保留；再次运行 sync 可继续",
  }),
  silent: (milliseconds: number): Text => ({
    en: `the server was silent for ${milliseconds / 1000} s`,
    zh: `服务器已有 ${milliseconds / 1000} 秒没有响应`,
  }),
  status: (status: number): Text => ({
    en: `the server answered with status ${status}`,
    zh: `服务器返回状态 ${status}`,
  }),
  tooLarge: (limit: string): Text => ({
    en: `it is larger than ${limit}`,
    zh: `大于 ${limit}`,
  }),
  badRedirect: (location: string): Text => ({
    en: `it leads on to ${location}, which lifeboat doesn't follow`,
    zh: `它重定向到 ${location}，lifeboat 不予跟随`,
  }),
  tooManyRedirects: (url: string): Text => ({
    en: `Can't get ${url}: it leads from one address to the next, more than five times`,
    zh: `无法获取 ${url}：重定向超过五次`,
  }),
  noRange: (): Text => ({
    en: "the connection broke, and the server can't go on in the middle of a file",
    zh: "连接中断，且服务器不支持断点续传",
  }),
  broken: (done: number, size: number): Text => ({
    en: `the connection broke after ${done} of ${size} bytes, again and again`,
    zh: `连接在 ${size} 字节中的第 ${done} 字节处反复中断`,
  }),
  noSize: (url: string): Text => ({
    en: `${url}: the server doesn't say how large it is`,
    zh: `${url}：服务器未说明其大小`,
  }),
  missing: (url: string): Text => ({
    en: `${url} is in the index and not on the server`,
    zh: `索引中有 ${url}，但服务器上没有`,
  }),
  otherSize: (url: string, wanted: number, found: number): Text => ({
    en: `${url} has ${found} bytes on the server and should have ${wanted}`,
    zh: `${url} 在服务器上为 ${found} 字节，应为 ${wanted} 字节`,
  }),
  changedMeanwhile: (url: string): Text => ({
    en: `${url} changed on the server while it was copied`,
    zh: `${url} 在复制期间于服务器上发生了变化`,
  }),
  noIndex: (url: string): Text => ({
    en: `There is no index at ${url}`,
    zh: `${url} 处没有索引`,
  }),
  noIndexHint: (): Text => ({
    en: "Give the address of a SHA256SUMS file or of a JSON index, or of a folder with a SHA256SUMS or an index.json in it (docs/sync.md)",
    zh: "请给出 SHA256SUMS 文件或 JSON 索引的地址，或含有 SHA256SUMS 或 index.json 的文件夹地址（见 docs/sync.md）",
  }),
  badIndex: (url: string, reason: string): Text => ({
    en: `The index at ${url} can't be understood: ${reason}`,
    zh: `无法理解 ${url} 处的索引：${reason}`,
  }),
  noSums: (): Text => ({
    en: "it is neither a list of checksums nor JSON",
    zh: "它既不是校验和列表，也不是 JSON",
  }),
};

/** What Node says by code of a connection that failed, in words. */
export const NETWORK: Readonly<Record<string, Text>> = {
  ENOTFOUND: { en: "there is no computer of this name", zh: "找不到该名称的主机" },
  EAI_AGAIN: {
    en: "names can't be looked up; is there a network?",
    zh: "无法解析名称；网络是否可用？",
  },
  ECONNREFUSED: { en: "no server answers there", zh: "该处没有服务器响应" },
  ECONNRESET: { en: "the server ended the connection", zh: "服务器断开了连接" },
  UND_ERR_SOCKET: { en: "the server ended the connection", zh: "服务器断开了连接" },
  UND_ERR_CONNECT_TIMEOUT: { en: "no server answers there", zh: "该处没有服务器响应" },
  CERT_HAS_EXPIRED: {
    en: "its certificate has expired (is this computer's clock right?)",
    zh: "其证书已过期（本机时钟是否正确？）",
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: {
    en: "its certificate is signed by itself (NODE_EXTRA_CA_CERTS names one that is to be trusted)",
    zh: "其证书为自签名（可用 NODE_EXTRA_CA_CERTS 指定受信任的证书）",
  },
  SELF_SIGNED_CERT_IN_CHAIN: {
    en: "its certificate is signed by nobody known (NODE_EXTRA_CA_CERTS names one that is to be trusted)",
    zh: "其证书的签发者未知（可用 NODE_EXTRA_CA_CERTS 指定受信任的证书）",
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    en: "its certificate is for another name",
    zh: "其证书对应其他名称",
  },
};
