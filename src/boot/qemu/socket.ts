/** A Unix socket that waits for one peer: QEMU connects to it when it starts. */
import { createServer } from "node:net";
import type { Socket } from "node:net";

export interface Listener {
  /** The peer, once it has connected. */
  readonly connected: Promise<Socket>;
  close(): void;
}

/** Listens at `path` (at most about 100 bytes long: the limit of the address structure). */
export async function listenAt(path: string): Promise<Listener> {
  const server = createServer();
  let peer: Socket | undefined;
  const connected = new Promise<Socket>((resolve) => {
    server.once("connection", (socket) => {
      peer = socket;
      // A reset when the machine ends is no news: whoever waits for it sees the socket close.
      socket.on("error", () => socket.destroy());
      resolve(socket);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  return {
    connected,
    close() {
      peer?.destroy();
      server.close();
    },
  };
}
