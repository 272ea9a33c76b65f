/**
 * A screen: a pure state machine with a description of what it shows. Messages change the state, effects do the work outside of it
 * (list disks, carry out a plan) and send messages back, and the frame does the rest: keys, cursor, search, drawing.
 */
import type { View } from "./view.ts";

/** Where to go next. */
export type Go =
  | { readonly to: Screen }
  /** In place of this screen: Esc leads to the one before it. */
  | { readonly instead: Screen }
  | "back"
  | "home"
  | "quit";

/** Work outside the state. What it throws ends the program: expected errors become messages. */
export type Effect<Message> = (
  send: (message: Message) => void,
  /** Aborted when the screen is left. */
  signal: AbortSignal,
) => Promise<void>;

export interface Step<State, Message> {
  readonly state: State;
  readonly effects?: readonly Effect<Message>[];
  readonly go?: Go;
}

export interface ScreenDefinition<State, Message> {
  readonly start: () => Step<State, Message>;
  readonly update: (state: State, message: Message) => Step<State, Message>;
  readonly view: (state: State, send: (message: Message) => void) => View;
  /** Sent when a screen that was opened from here has gone. */
  readonly returned?: Message;
}

/** A screen on the stack, whatever its state is made of. */
export interface MountedScreen {
  readonly view: () => View;
  readonly returned: () => void;
  readonly leave: () => void;
}

/** What a mounted screen needs from the frame. */
export interface Host {
  readonly changed: () => void;
  readonly go: (go: Go) => void;
  /** An effect failed with something that no screen expects. */
  readonly failed: (error: unknown) => void;
}

export interface Screen {
  readonly mount: (host: Host) => MountedScreen;
}

export function defineScreen<State, Message>(definition: ScreenDefinition<State, Message>): Screen {
  return { mount: (host) => mountScreen(definition, host) };
}

function mountScreen<State, Message>(
  { start, update, view, returned }: ScreenDefinition<State, Message>,
  host: Host,
): MountedScreen {
  const abort = new AbortController();
  const take = (step: Step<State, Message>): State => {
    for (const effect of step.effects ?? []) {
      // Not before whoever mounts the screen has it: an effect may want to leave it at once.
      void Promise.resolve()
        .then(async () => effect(send, abort.signal))
        .catch((error: unknown) => {
          if (!abort.signal.aborted) host.failed(error);
        });
    }
    return step.state;
  };
  function send(message: Message): void {
    // What an effect still says when its screen is gone interests nobody.
    if (abort.signal.aborted) return;
    const step = update(state, message);
    state = take(step);
    if (step.go === undefined) host.changed();
    else host.go(step.go);
  }
  const first = start();
  let state = first.state;
  take(first);
  return {
    view: () => view(state, send),
    returned: () => {
      if (returned !== undefined) send(returned);
    },
    leave: () => abort.abort(),
  };
}
