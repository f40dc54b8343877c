package io.luhproc.supervisor;

import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.INSTANT;

import io.luhproc.DirectoryRefusedException;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.service.OrphanProcess;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.service.SupervisorEvent.ProcessAdopted;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A supervisor adopts or replaces the processes that its directory describes. */
@Tag("process")
@ExtendWith(LeakCheck.class)
@Timeout(60)
class AdoptionTest {
  @TempDir private Path folder;
  private ProcessIdentity orphan;
  private ProcessDirectory directory;

  private Path services() {
    return folder.resolve("services");
  }

  private Supervisor newSupervisor() {
    return SupervisorMain.builder(services()).build();
  }

  @BeforeEach
  void startAndLeaveRunning() throws Exception {
    try (Supervisor previous = SupervisorMain.builder(services()).leaveRunning().build()) {
      previous.add(SupervisorMain.service("tree1"));
      ServiceStatus status = previous.start("tree1").get(20, SECONDS);
      orphan = status.process("main").identity().orElseThrow();
      directory = ProcessDirectory.at(status.process("main").directory());
    }
    Eventually.holds(
        "all three processes run", () -> MarkedProcesses.aliveUnder(services()).size() == 3);
  }

  @AfterEach
  void killAll() {
    MarkedProcesses.killAll(services());
  }

  private static ProcessIdentity identity(ServiceStatus status) {
    return status.process("main").identity().orElseThrow();
  }

  private ServiceStatus addAndAwaitRunning(Supervisor supervisor) throws Exception {
    supervisor.add(SupervisorMain.service("tree1"));
    return supervisor.await("tree1", ProcessState.RUNNING, ofSeconds(20)).get();
  }

  private void assertReplaced() throws Exception {
    try (Supervisor next = newSupervisor()) {
      assertThat(identity(addAndAwaitRunning(next))).isNotEqualTo(orphan);
      Eventually.holds("one tree", () -> MarkedProcesses.aliveUnder(services()).size() == 3);
      assertThat(ProcessTable.system().isAlive(orphan)).isFalse();
    }
    assertThat(MarkedProcesses.aliveUnder(services())).isEmpty();
  }

  private void assertAdopted() throws Exception {
    try (Supervisor next = newSupervisor()) {
      assertThat(identity(addAndAwaitRunning(next))).isEqualTo(orphan);
      assertThat(next.find(orphan.pid())).isPresent();
      assertThat(MarkedProcesses.aliveUnder(services())).hasSize(3);
    }
    assertThat(MarkedProcesses.aliveUnder(services())).isEmpty();
  }

  private static void kill(long pid) {
    boolean ignored = ProcessHandle.of(pid).orElseThrow().destroyForcibly();
  }

  @Test
  void adoptedProcessIsMonitoredAndRestartedByItsPolicy() throws Exception {
    try (Supervisor next = newSupervisor()) {
      assertThat(identity(addAndAwaitRunning(next))).isEqualTo(orphan);
      kill(orphan.pid());
      Eventually.holds(
          "another process runs",
          () ->
              next.status("tree1").state() == ProcessState.RUNNING
                  && !identity(next.status("tree1")).equals(orphan));
      Eventually.holds("one tree", () -> MarkedProcesses.aliveUnder(services()).size() == 3);
      assertThat(next.find(orphan.pid())).isEmpty();
    }
    assertThat(MarkedProcesses.aliveUnder(services())).isEmpty();
  }

  @Test
  void adoptedProcessKeepsTimeOfItsStart() throws Exception {
    Instant adoption = Instant.now();
    try (Supervisor next = newSupervisor()) {
      ProcessStatus adopted = addAndAwaitRunning(next).process("main");
      assertThat(adopted.since()).isAfterOrEqualTo(adoption.minusMillis(1));
      assertThat(adopted.startedAt()).get(INSTANT).isBefore(adoption);
      next.stop("tree1").get(20, SECONDS);
      assertThat(next.status("tree1").process("main").startedAt()).isEmpty();
    }
  }

  @Test
  void stopTerminatesWholeTreeOfAdoptedProcess() throws Exception {
    try (Supervisor next = newSupervisor()) {
      assertThat(identity(addAndAwaitRunning(next))).isEqualTo(orphan);
      next.stop("tree1").get(20, SECONDS);
      assertThat(MarkedProcesses.aliveUnder(services())).isEmpty();
    }
  }

  @Test
  void processOfOlderSpecIsAdoptedAndReportedAsSuch() throws Exception {
    List<ProcessAdopted> adopted = new CopyOnWriteArrayList<>();
    try (Supervisor next = newSupervisor()) {
      EventRegistration ignored =
          next.onEvent(
              event -> {
                if (event instanceof ProcessAdopted it) {
                  adopted.add(it);
                }
              });
      next.add(
          ServiceSpec.named("tree1")
              .process(ProcessSpec.shell("main", "echo newer; exec sleep 300"))
              .build());
      Eventually.holds("the event is delivered", () -> adopted.size() == 1);
      assertThat(adopted.get(0).reason()).contains("another command or directory", "restart it");
      assertThat(identity(next.status("tree1"))).isEqualTo(orphan);
      ServiceStatus restarted = next.restart("tree1").get(20, SECONDS);
      assertThat(identity(restarted)).isNotEqualTo(orphan);
      Eventually.holds(
          "the new command runs", () -> next.output("tree1", "main").snapshot().contains("newer"));
      assertThat(MarkedProcesses.aliveUnder(services())).hasSize(1);
    }
  }

  @Test
  void orphanIsListedUntilItsServiceIsAdded() throws Exception {
    try (Supervisor next = newSupervisor()) {
      next.add(SupervisorMain.service("sleep1"));
      next.start("sleep1").get(20, SECONDS);
      Files.createDirectory(services().resolve("foreign"));
      assertThat(next.orphans())
          .containsExactly(
              new OrphanProcess(
                  directory.path(), orphan, Optional.of("tree1"), Optional.of("main")));
      next.add(SupervisorMain.service("tree1"));
      assertThat(next.orphans()).isEmpty();
      next.remove("tree1").get(20, SECONDS);
      assertThat(next.orphans()).isEmpty();
    }
  }

  @Test
  void orphanWithoutRecordIsListed() throws Exception {
    Files.writeString(directory.path().resolve("process.properties"), "");
    try (Supervisor next = newSupervisor()) {
      assertThat(next.orphans())
          .containsExactly(
              new OrphanProcess(directory.path(), orphan, Optional.empty(), Optional.empty()));
      kill(orphan.pid());
      Eventually.holds("the process has exited", () -> !ProcessTable.system().isAlive(orphan));
      Files.delete(directory.path().resolve("process.properties"));
      Files.delete(directory.path().resolve("pid"));
      assertThat(next.orphans()).isEmpty();
      Files.createDirectory(directory.path().resolve("process.properties"));
      assertThat(next.orphans()).isEmpty();
    }
  }

  private Supervisor adoptPausedTree() throws Exception {
    try (Supervisor previous = SupervisorMain.builder(services()).leaveRunning().build()) {
      previous.add(SupervisorMain.service("tree1"));
      previous.pause("tree1").get(20, SECONDS);
    }
    Supervisor next = newSupervisor();
    assertThat(identity(addAndAwaitRunning(next))).isEqualTo(orphan);
    assertThat(next.status("tree1").process("main").paused()).isTrue();
    return next;
  }

  private boolean isAnyStopped() {
    return MarkedProcesses.aliveUnder(services()).stream()
        .flatMap(pid -> ProcessTable.system().find(pid).stream())
        .anyMatch(ProcessStat::isStopped);
  }

  @Test
  void adoptedPausedProcessStaysPausedUntilResumed() throws Exception {
    try (Supervisor next = adoptPausedTree()) {
      assertThat(isAnyStopped()).isTrue();
      ServiceStatus resumed = next.resume("tree1").get(20, SECONDS);
      assertThat(resumed.process("main").paused()).isFalse();
      Eventually.holds("all processes run again", () -> !isAnyStopped());
      assertThat(identity(next.status("tree1"))).isEqualTo(orphan);
    }
    assertThat(MarkedProcesses.aliveUnder(services())).isEmpty();
  }

  @Test
  void adoptedPausedProcessCanBeStopped() throws Exception {
    try (Supervisor next = adoptPausedTree()) {
      next.stop("tree1").get(20, SECONDS);
      assertThat(MarkedProcesses.aliveUnder(services())).isEmpty();
      assertThat(next.status("tree1").process("main").paused()).isFalse();
    }
  }

  private void recordIdentity(ProcessIdentity identity) {
    ProcessRecord record = directory.readRecord().orElseThrow();
    directory.writeRecord(record.withIdentity(identity));
  }

  @Test
  void processOfAnotherBootCountsAsExited() throws Exception {
    recordIdentity(new ProcessIdentity(orphan.pid(), orphan.startTicks(), "an-earlier-boot"));
    assertReplaced();
  }

  @Test
  void unrelatedProcessWithReusedPidIsLeftAlone() throws Exception {
    Process unrelated = new ProcessBuilder("sleep", "300").start();
    try {
      ProcessIdentity identity = ProcessTable.system().identify(unrelated.pid()).orElseThrow();
      recordIdentity(
          new ProcessIdentity(identity.pid(), identity.startTicks() - 100, identity.bootId()));
      directory.writePid(identity.pid());
      assertReplaced();
      assertThat(unrelated.isAlive()).isTrue();
    } finally {
      unrelated.destroyForcibly().waitFor();
    }
  }

  @Test
  void truncatedRecordIsReplacedUsingPidAndMarker() throws Exception {
    Path file = directory.path().resolve("process.properties");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
    assertAdopted();
  }

  @Test
  void processWithoutRecordIsFoundByItsMarker() throws Exception {
    Files.writeString(directory.path().resolve("process.properties"), "");
    Files.delete(directory.path().resolve("pid"));
    assertAdopted();
    assertThat(directory.readPid()).contains(orphan.pid());
  }

  @Test
  void foreignFilesAndLinksAreIgnoredAndNotFollowed() throws Exception {
    Path precious = Files.createDirectory(folder.resolve("precious"));
    Files.writeString(precious.resolve("file"), "precious");
    for (Path parent : List.of(services(), directory.path())) {
      Files.createDirectories(parent.resolve("foreign/deep"));
      Files.writeString(parent.resolve("foreign/deep/file"), "foreign");
      Files.createSymbolicLink(parent.resolve("link"), precious);
    }
    try (Supervisor next = newSupervisor()) {
      assertThat(identity(addAndAwaitRunning(next))).isEqualTo(orphan);
      next.remove("tree1").get(20, SECONDS);
    }
    assertThat(directory.path()).doesNotExist();
    assertThat(precious.resolve("file")).hasContent("precious");
    assertThat(services().resolve("foreign/deep/file")).hasContent("foreign");
  }

  @Test
  void symlinkInPlaceOfProcessDirectoryIsRefused() throws Exception {
    Path moved = folder.resolve("moved");
    Files.move(directory.path(), moved);
    Files.createSymbolicLink(directory.path(), moved);
    try (Supervisor next = newSupervisor()) {
      assertThatThrownBy(() -> next.add(SupervisorMain.service("tree1")))
          .isInstanceOf(DirectoryRefusedException.class)
          .hasMessageContaining(directory.path().toString())
          .hasMessageContaining("symbolic link");
      assertThat(next.status().services()).isEmpty();
    }
    assertThat(ProcessTable.system().isAlive(orphan)).isTrue();
  }
}
