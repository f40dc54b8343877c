package io.luhproc.supervisor;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.luhproc.testing.VirtualTime;
import org.junit.jupiter.api.Test;

/** The owner of all services before there is any. */
class EngineTest {

  @Test
  void aLoopMayBeIdleBeforeItIsKnownWhoOwnsTheServices() {
    Engine engine =
        new Engine(
            new Board(),
            event -> {},
            new VirtualTime(),
            () -> {
              throw new IllegalStateException("nobody knows yet");
            });
    assertThatCode(engine::publish).doesNotThrowAnyException();
  }
}
