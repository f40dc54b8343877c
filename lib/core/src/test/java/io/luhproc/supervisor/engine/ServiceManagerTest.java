package io.luhproc.supervisor.engine;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.luhproc.testing.VirtualTime;
import org.junit.jupiter.api.Test;

/** The owner of all services before there is any. */
class ServiceManagerTest {

  @Test
  void idleLoopPublishesBeforeOwnerThreadIsKnown() {
    ServiceManager services =
        new ServiceManager(
            new StatusStore(),
            event -> {},
            new VirtualTime(),
            () -> {
              throw new IllegalStateException("nobody knows yet");
            });
    assertThatCode(services::publish).doesNotThrowAnyException();
  }
}
