package io.luhproc.daemon.http;

import java.util.Optional;

/** Supplies the messages of an {@link EventStream}. */
interface MessageSource {
  /**
   * Returns the next message; called by one thread at a time. Does not wait.
   *
   * @return empty if there is none yet
   */
  Optional<String> next();

  /** Returns whether no other message follows. */
  default boolean isComplete() {
    return false;
  }

  /** Called once when the stream ends. */
  default void close() {}
}
