package io.luhproc.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.process.ProcessEnd;
import io.luhproc.service.SupervisorEvent.EventsLost;
import io.luhproc.service.SupervisorEvent.ProcessChanged;
import io.luhproc.service.SupervisorEvent.ProcessEvent;
import io.luhproc.service.SupervisorEvent.ProcessExited;
import io.luhproc.service.SupervisorEvent.ProcessLaunched;
import io.luhproc.service.SupervisorEvent.ServiceAdded;
import io.luhproc.service.SupervisorEvent.ServiceUpdated;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Validation and reasons of events. */
final class SupervisorEventTest {
  private static final Instant TIME = Instant.EPOCH;
  private static final Cause CRASH = new Cause(Cause.Kind.EXIT_CODE, "exit code 3");

  @Test
  void reasonOfChangeAndExitIsDetailOfCause() {
    ProcessEvent changed =
        new ProcessChanged(TIME, "shop", "web", ProcessState.RUNNING, ProcessState.STOPPING, CRASH);
    assertThat(changed.reason()).isEqualTo("exit code 3");
    assertThat(
            new ProcessExited(TIME, "shop", "web", 42, CRASH, ProcessEnd.ofExitCode(TIME, 3))
                .reason())
        .isEqualTo("exit code 3");
    assertThat(changed.service() + "/" + changed.process()).isEqualTo("shop/web");
  }

  @Test
  void blankNameBadPidAndZeroCountAreRejected() {
    assertThatThrownBy(() -> new ServiceAdded(TIME, " ", "a call"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("service ( ) must not be blank");
    assertThatThrownBy(() -> new ProcessLaunched(TIME, "shop", "", 42, "a call"))
        .hasMessage("process () must not be blank");
    assertThatThrownBy(() -> new ProcessLaunched(TIME, "shop", "web", 1, "a call"))
        .hasMessage("pid (1) must be above 1");
    assertThatThrownBy(() -> new EventsLost(TIME, 0)).hasMessage("count (0) must be at least 1");
  }

  @Test
  void changedProcessesAreCopied() {
    List<String> changed = new ArrayList<>(List.of("web"));
    ServiceUpdated event = new ServiceUpdated(TIME, "shop", changed, "a call");
    changed.add("db");
    assertThat(event.changed()).containsExactly("web");
  }
}
