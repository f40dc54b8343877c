package io.luhproc.supervisor.engine;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

/** The manager before any service is added. */
class ServiceManagerTest {

  @Test
  void idleLoopPublishesBeforeOwnerThreadIsKnown() {
    ServiceManager services =
        new ServiceManager(
            new StatusStore(),
            () -> {
              throw new IllegalStateException("the owner is not known yet");
            });
    assertThatCode(services::publish).doesNotThrowAnyException();
  }
}
