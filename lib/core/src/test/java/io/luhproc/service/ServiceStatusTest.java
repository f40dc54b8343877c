package io.luhproc.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.limits.LimitReport;
import io.luhproc.process.ProcessEnd;
import io.luhproc.process.ProcessIdentity;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Lookup and text of a status. */
class ServiceStatusTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private static ProcessStatus process(
      String name, ProcessState state, Optional<ProcessIdentity> identity, Cause cause) {
    return new ProcessStatus(
        name,
        state,
        true,
        identity,
        identity.map(it -> NOON),
        NOON,
        Optional.empty(),
        0,
        0,
        Optional.of(cause),
        Optional.of(ProcessEnd.ofExitStatus(NOON, 3)),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        LimitReport.none(),
        false,
        Optional.empty(),
        Path.of("/tmp"));
  }

  private static ServiceStatus shop() {
    return new ServiceStatus(
        "shop",
        ProcessState.BACKOFF,
        Optional.empty(),
        List.of(),
        List.of(
            process(
                "web",
                ProcessState.RUNNING,
                Optional.of(new ProcessIdentity(4711, 1, "")),
                Cause.requested("started by a call")),
            process("mail", ProcessState.BACKOFF, Optional.empty(), Cause.exitCode(3))));
  }

  @Test
  void textIsOneShortLine() {
    assertThat(shop())
        .hasToString(
            "shop backoff [web running (pid 4711): started by a call, mail backoff: exit code 3]");
  }

  @Test
  void pidIsPresentOnlyWhileRunning() {
    assertThat(shop().process("web").pid()).hasValue(4711);
    assertThat(shop().process("mail").pid()).isEmpty();
  }

  @Test
  void unknownProcessIsRejectedWithKnownNames() {
    assertThatThrownBy(() -> shop().process("db"))
        .isInstanceOf(NoSuchServiceException.class)
        .hasMessage("service shop has no process db; known: web, mail");
    assertThatThrownBy(() -> new SupervisorStatus(List.of()).service("db"))
        .isInstanceOf(NoSuchServiceException.class)
        .hasMessage("there is no service db; none is defined");
  }
}
