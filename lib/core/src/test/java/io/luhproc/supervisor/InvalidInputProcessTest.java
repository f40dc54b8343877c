package io.luhproc.supervisor;

import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.service.Cause;
import io.luhproc.service.NoSuchServiceException;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceFailedException;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.testing.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Launch failures and unknown names are reported to the caller with a reason. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class InvalidInputProcessTest {
  @TempDir private Path folder;
  private Supervisor supervisor;

  @BeforeEach
  void start() {
    supervisor =
        Supervisor.builder().directory(folder.resolve("services")).withoutCgroups().build();
  }

  @AfterEach
  void stop() {
    supervisor.close();
  }

  private static ServiceSpec.Builder shop() {
    return ServiceSpec.named("shop");
  }

  private static ProcessSpec.Builder web() {
    return ProcessSpec.shell("web", "sleep 60");
  }

  /** Asserts that the caller, the status and why() give the same reason. */
  private void assertStartFails(ProcessSpec.Builder process, String message) {
    supervisor.add(shop().process(process.restart(RestartPolicy.never())).build());
    assertThatThrownBy(() -> supervisor.start("shop").get(20, SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(ServiceFailedException.class)
        .hasMessageContaining("web did not start: ")
        .hasMessageContaining(message);
    ServiceStatus status = supervisor.status("shop");
    assertThat(status.state()).isEqualTo(ProcessState.FAILED);
    assertThat(status.cause().orElseThrow().kind()).isEqualTo(Cause.Kind.START_FAILED);
    assertThat(supervisor.why("shop")).contains(message);
  }

  @Test
  void startFailsWhenCommandDoesNotExist() {
    assertStartFails(
        ProcessSpec.command("web", "no-such-program"),
        "no-such-program is not in any directory of PATH; give its absolute path");
  }

  @Test
  void startFailsWhenPathDoesNotExist() {
    assertStartFails(
        ProcessSpec.command("web", "/no/such/program"), "/no/such/program does not exist");
  }

  @Test
  void startFailsWhenCommandIsDirectory() {
    assertStartFails(ProcessSpec.command("web", folder.toString()), folder + " is a directory");
  }

  @Test
  void startFailsWhenCommandIsNotExecutable() throws IOException {
    Path file = Files.writeString(folder.resolve("script"), "#!/bin/sh\n");
    assertStartFails(
        ProcessSpec.command("web", file.toString()), file + " is not executable; chmod +x it");
  }

  @Test
  void startFailsWhenExecStartPreFails() {
    assertStartFails(
        web().execStartPre("exit 7"), "the command before it (exit 7) failed: exited with code 7");
  }

  @Test
  void startFailsWhenWorkingDirectoryDoesNotExist() {
    assertStartFails(
        web().directory(folder.resolve("none")),
        "the working directory " + folder.resolve("none") + " does not exist");
  }

  @Test
  void startFailsWhenEnvFileHasBadLines() throws IOException {
    Path file = Files.writeString(folder.resolve("env"), "GOOD=1\nno equals\n2BAD=s3cret\n");
    assertStartFails(web().envFile(file), "the environment file has bad lines");
    assertThat(supervisor.why("shop"))
        .contains(file + ":2:", file + ":3:")
        .doesNotContain("s3cret");
  }

  @Test
  void startFailsWhenEnvFileDoesNotExist() {
    assertStartFails(
        web().envFile(folder.resolve("none")),
        "the environment file " + folder.resolve("none") + " does not exist");
  }

  @Test
  void startFailsWhenUserIsUnknown() {
    assertStartFails(web().user("no-user-of-that-name"), "no-user-of-that-name");
  }

  @Test
  void startFailsWhenGroupIsUnknown() {
    assertStartFails(web().user("root").group("no-group-of-that-name"), "no-group-of-that-name");
  }

  @Test
  void addOfDuplicateIsRefusedAndAddsNothing() {
    supervisor.add(shop().process(web()).build());
    ServiceSpec other = ServiceSpec.named("other").process(web()).build();
    ServiceSpec duplicate = shop().process(web()).build();
    assertThatThrownBy(() -> supervisor.add(other, duplicate))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("service (shop) must be there once only; update it, or remove it first");
    assertThat(supervisor.status().services())
        .extracting(ServiceStatus::name)
        .containsExactly("shop");
  }

  @Test
  void addWithUnknownDependencyIsRefusedAndAddsNothing() {
    ServiceSpec shop = shop().process(web()).requires("db").build();
    assertThatThrownBy(() -> supervisor.add(shop))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("service (shop) depends on db, which is unknown");
    assertThat(supervisor.status().services()).isEmpty();
  }

  @Test
  void updateClosingCycleIsRefusedAndChangesNothing() {
    supervisor.add(
        shop().process(web()).requires("db").build(),
        ServiceSpec.named("db").process(web()).requires("disk").build(),
        ServiceSpec.named("disk").process(web()).build());
    ServiceSpec disk = ServiceSpec.named("disk").process(web()).requires("shop").build();
    assertThatThrownBy(() -> supervisor.update(disk))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("shop -> db -> disk -> shop");
    assertThat(supervisor.tree()).contains("shop", "db", "disk");
  }

  @Test
  void unknownServiceIsRefusedByEveryCall() {
    supervisor.add(shop().process(web()).build());
    ServiceSpec typo = ServiceSpec.named("shap").process(web()).build();
    assertUnknown("shap", () -> supervisor.update(typo));
    assertUnknown("shap", () -> supervisor.remove("shap"));
    assertUnknown("shap", () -> supervisor.start("shap"));
    assertUnknown("shap", () -> supervisor.stop("shap"));
    assertUnknown("shap", () -> supervisor.restart("shap"));
    assertUnknown("shap", () -> supervisor.reload("shap"));
    assertUnknown("shap", () -> supervisor.kill("shap"));
    assertUnknown("shap", () -> supervisor.signal("shap", "HUP"));
    assertUnknown("shap", () -> supervisor.pause("shap"));
    assertUnknown("shap", () -> supervisor.await("shap", ProcessState.RUNNING, ofSeconds(1)));
    assertUnknown("shap", () -> supervisor.status("shap"));
    assertUnknown("shap", () -> supervisor.why("shap"));
    assertUnknown("shap", () -> supervisor.output("shap", "web"));
    assertUnknown("wob", () -> supervisor.start("shop", "wob"));
    assertUnknown("wob", () -> supervisor.output("shop", "wob"));
    assertUnknown("wob", () -> supervisor.info("shop", "wob"));
  }

  /** Asserts that the message names the unknown name and the known ones. */
  private static void assertUnknown(String name, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(NoSuchServiceException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(name.equals("wob") ? "web" : "shop");
  }

  @Test
  void unknownSignalIsRefused() {
    supervisor.add(shop().process(web()).build());
    assertThatThrownBy(() -> supervisor.signal("shop", "HUPP"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("HUPP");
  }

  @Test
  void durationsOutOfRangeAreRefused() {
    supervisor.add(shop().process(web()).build());
    assertThatThrownBy(
            () -> supervisor.await("shop", ProcessState.RUNNING, ofSeconds(Long.MAX_VALUE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("timeout")
        .hasMessageContaining("must be at most 365d");
    Supervisor.Builder builder = Supervisor.builder();
    assertThatThrownBy(() -> builder.shutdownTimeout(ofSeconds(Long.MAX_VALUE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be at most 365d");
    assertThatThrownBy(() -> builder.shutdownTimeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("shutdownTimeout (PT0S) must be at least 1ms");
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("directory (none) must be set");
  }
}
