package io.luhproc.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.DirectoryLockedException;
import io.luhproc.daemon.config.InvalidConfigException;
import io.luhproc.daemon.config.ReloadResult;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.service.NoSuchServiceException;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ServiceStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs real processes from configuration files. */
@Tag("process")
class DaemonProcessTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("luhproc.toml");
  }

  private Daemon open(String services) throws IOException {
    write(services);
    return Daemon.open(file);
  }

  private void write(String services) throws IOException {
    Files.writeString(file, "[supervisor]\ndirectory = \"run\"\n" + services);
  }

  private static ProcessIdentity identity(Daemon daemon, String service) {
    ServiceStatus status = daemon.supervisor().status(service);
    return status.processes().get(0).identity().orElseThrow();
  }

  private static ProcessState state(Daemon daemon, String service) {
    return daemon.supervisor().status(service).state();
  }

  @Test
  void startRunsServicesWithAutostartAndCloseStopsThem() throws Exception {
    ProcessIdentity web;
    try (Daemon daemon =
        open(
            """
            [services.web]
            command = ["sleep", "60"]
            requires = ["db"]
            [services.db]
            command = ["sleep", "60"]
            autostart = false
            [services.other]
            command = ["sleep", "60"]
            autostart = false
            """)) {
      daemon.start().join();

      assertThat(state(daemon, "web")).isEqualTo(ProcessState.RUNNING);
      assertThat(state(daemon, "db")).isEqualTo(ProcessState.RUNNING);
      assertThat(state(daemon, "other")).isEqualTo(ProcessState.INACTIVE);
      web = identity(daemon, "web");
    }
    assertThat(ProcessHandle.of(web.pid())).isEmpty();
  }

  @Test
  void badFileOpensNothing() throws IOException {
    write("[services.web]\ncomand = \"x\"\n");

    assertThatThrownBy(() -> Daemon.open(file)).isInstanceOf(InvalidConfigException.class);
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void startOfGroupStartsItsServicesAndUnknownNameStartsNothing() throws Exception {
    try (Daemon daemon =
        open(
            """
            [services.a]
            command = ["sleep", "60"]
            groups = ["front"]
            [services.b]
            command = ["sleep", "60"]
            """)) {
      assertThatThrownBy(() -> daemon.start("front", "none"))
          .isInstanceOf(NoSuchServiceException.class);
      assertThat(state(daemon, "a")).isEqualTo(ProcessState.INACTIVE);

      daemon.start("front").join();

      assertThat(state(daemon, "a")).isEqualTo(ProcessState.RUNNING);
      assertThat(state(daemon, "b")).isEqualTo(ProcessState.INACTIVE);
    }
  }

  @Test
  void reloadTouchesOnlyWhatChanged() throws Exception {
    try (Daemon daemon =
        open(
            """
            [services.same]
            command = ["sleep", "60"]
            [services.changed]
            command = ["sleep", "60"]
            [services.gone]
            command = ["sleep", "60"]
            """)) {
      daemon.start().join();
      ProcessIdentity same = identity(daemon, "same");
      ProcessIdentity changed = identity(daemon, "changed");
      write(
          """
          [services.same]
          command = ["sleep", "60"]
          [services.changed]
          command = ["sleep", "61"]
          [services.new]
          command = ["sleep", "60"]
          """);

      ReloadResult result = daemon.reload();

      assertThat(result.added()).containsExactly("new");
      assertThat(result.changed()).containsExactly("changed");
      assertThat(result.removed()).containsExactly("gone");
      assertThat(result.failures()).isEmpty();
      assertThat(identity(daemon, "same")).isEqualTo(same);
      assertThat(identity(daemon, "changed")).isNotEqualTo(changed);
      assertThat(state(daemon, "new")).isEqualTo(ProcessState.RUNNING);
      assertThatThrownBy(() -> daemon.supervisor().status("gone"))
          .isInstanceOf(NoSuchServiceException.class);
      assertThat(daemon.reload().changed()).isEmpty();
    }
  }

  @Test
  void changeOfSupervisorSectionIsAWarningUntilItIsTakenBack() throws Exception {
    String service = "[services.web]\ncommand = [\"sleep\", \"60\"]\n";
    try (Daemon daemon = open(service)) {
      Files.writeString(
          file, "[supervisor]\ndirectory = \"elsewhere\"\nlisten = \"localhost:0\"\n" + service);
      for (int i = 0; i < 2; i++) {
        assertThat(daemon.reload().warnings())
            .hasSize(2)
            .anyMatch(it -> it.startsWith("[supervisor] listen has changed from the default to "))
            .anyMatch(
                it ->
                    it.startsWith("[supervisor] directory has changed from ")
                        && it.endsWith("takes effect when the daemon is started again"));
      }
      write(service);
      assertThat(daemon.reload().warnings()).isEmpty();
    }
  }

  @Test
  void reloadOfBadFileChangesNothing() throws Exception {
    try (Daemon daemon = open("[services.web]\ncommand = [\"sleep\", \"60\"]\n")) {
      daemon.start().join();
      ProcessIdentity web = identity(daemon, "web");
      write("[services.web]\ncommand = 5\n[services.new]\ncommand = \"x\"");

      assertThatThrownBy(daemon::reload).isInstanceOf(InvalidConfigException.class);

      assertThat(identity(daemon, "web")).isEqualTo(web);
      assertThat(daemon.config().services()).hasSize(1);
      assertThat(daemon.supervisor().status().services()).hasSize(1);
    }
  }

  @Test
  void reloadTurnsDependencyRound() throws Exception {
    String services =
        """
        [services.%s]
        command = ["sleep", "60"]
        [services.%s]
        command = ["sleep", "60"]
        requires = ["%s"]
        """;
    try (Daemon daemon = open(services.formatted("a", "b", "a"))) {
      daemon.start().join();
      write(services.formatted("b", "a", "b"));

      ReloadResult result = daemon.reload();

      assertThat(result.failures()).isEmpty();
      assertThat(state(daemon, "a")).isEqualTo(ProcessState.RUNNING);
      assertThat(state(daemon, "b")).isEqualTo(ProcessState.RUNNING);
    }
  }

  @Test
  void chosenServicesStayChosenAfterReload() throws Exception {
    try (Daemon daemon = open("[services.a]\ncommand = [\"sleep\", \"60\"]\n")) {
      daemon.start("a").join();
      write(
          """
          [services.a]
          command = ["sleep", "60"]
          [services.b]
          command = ["sleep", "60"]
          """);

      assertThat(daemon.reload().added()).containsExactly("b");

      assertThat(state(daemon, "b")).isEqualTo(ProcessState.INACTIVE);
    }
  }

  @Test
  void reloadReportsServiceThatFailsToStart() throws Exception {
    try (Daemon daemon = open("[services.a]\ncommand = [\"sleep\", \"60\"]\n")) {
      daemon.start().join();
      write(
          """
          [services.a]
          command = ["sleep", "60"]
          [services.b]
          command = ["/no/such/program"]
          """);

      assertThat(daemon.reload().failures())
          .hasSize(1)
          .allMatch(message -> message.contains("/no/such/program"));
    }
  }

  @Test
  void secondDaemonOfSameDirectoryIsRefused() throws Exception {
    try (Daemon daemon = open("[services.a]\ncommand = [\"sleep\", \"60\"]\n")) {
      daemon.start().join();

      assertThatThrownBy(() -> Daemon.open(file)).isInstanceOf(DirectoryLockedException.class);

      assertThat(state(daemon, "a")).isEqualTo(ProcessState.RUNNING);
    }
  }

  @Test
  void interruptDuringCloseNeitherFailsNorLeavesAnything() throws Exception {
    Daemon daemon = open("[services.web]\ncommand = [\"sleep\", \"60\"]\n");
    daemon.start().join();
    ProcessIdentity web = identity(daemon, "web");

    Thread.currentThread().interrupt();
    daemon.close();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(ProcessHandle.of(web.pid())).isEmpty();
    assertThat(daemon.socket()).doesNotExist();
  }
}
