package io.luhproc.procfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LeakCheck;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the process table of this machine and of a fake {@code /proc}. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class ProcfsProcessTableTest {
  private final ProcessTable table = ProcessTable.system();

  @Test
  void currentJvmIsFound() {
    ProcessHandle self = ProcessHandle.current();
    ProcessStat entry = table.find(self.pid()).orElseThrow();
    assertThat(entry.pid()).isEqualTo(self.pid());
    assertThat(entry.parentPid()).isEqualTo(self.parent().orElseThrow().pid());
    assertThat(entry.isDead()).isFalse();
    assertThat(entry.threadCount()).isGreaterThan(1);
    assertThat(entry.rssBytes()).isGreaterThan(10_000_000);
    assertThat(entry.cpuTime()).isPositive().isLessThan(Duration.ofHours(1));
    assertThat(table.all()).extracting(ProcessStat::pid).contains(1L, self.pid());
  }

  @Test
  void allProcessesExceptKernelThreadsAreListed() throws IOException {
    List<ProcessHandle> before = ProcessHandle.allProcesses().toList();
    Set<Long> listed = new HashSet<>();
    for (long pid : table.pids()) {
      listed.add(pid);
    }
    for (ProcessHandle process : before) {
      Optional<Boolean> kernel = isKernelThread(process.pid());
      if (kernel.isPresent() && process.isAlive()) {
        assertThat(kernel).as(process.toString()).hasValue(!listed.contains(process.pid()));
      }
    }
  }

  /** Reads PF_KTHREAD from the flags in field 9; empty if the process has exited. */
  private static Optional<Boolean> isKernelThread(long pid) {
    try {
      String line = Files.readString(Path.of("/proc/" + pid + "/stat"));
      String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
      return Optional.of((Long.parseLong(fields[6]) & 0x00200000) != 0);
    } catch (IOException expected) {
      return Optional.empty();
    }
  }

  @Test
  void allPidsAreListedWhenPidTwoIsNotKthreadd(@TempDir Path proc) throws IOException {
    Files.createDirectories(proc.resolve("2/task/2"));
    Files.createDirectories(proc.resolve("7"));
    Files.writeString(proc.resolve("2/stat"), "2 (kthreadd) S 0 0 0 0 -1 4194560 0 0 0 0");
    Files.writeString(proc.resolve("2/task/2/children"), "7 9 ");
    AuxiliaryVector units = AuxiliaryVector.read();
    ProcfsProcessTable fake = new ProcfsProcessTable(proc.toFile(), units);
    assertThat(fake.pids()).containsExactlyInAnyOrder(2L, 7L);
    Files.writeString(proc.resolve("2/stat"), "2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0");
    fake = new ProcfsProcessTable(proc.toFile(), units);
    assertThat(fake.pids()).isEmpty();
    Files.delete(proc.resolve("2/task/2/children"));
    assertThat(fake.pids()).containsExactlyInAnyOrder(2L, 7L);
  }

  @Test
  void bootIdIsStableUuid() {
    assertThat(table.bootId()).matches("[0-9a-f-]{36}").isEqualTo(table.bootId());
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 4_194_305, 4_294_967_295L, Long.MAX_VALUE})
  void invalidPidIsNotFound(long pid) {
    assertThat(table.find(pid)).isEmpty();
    assertThat(table.identify(pid)).isEmpty();
    assertThat(table.environmentVariable(pid, "PATH")).isEmpty();
  }

  @Test
  void initIsFoundWithoutIdentity() {
    assertThat(table.find(1)).isPresent();
    assertThat(table.identify(1)).isEmpty();
  }

  @Test
  void identityIsAliveUntilExitAndMatchesOnlySameStartAndBoot() throws Exception {
    Process sleep = new ProcessBuilder("sleep", "300").start();
    ProcessIdentity identity = table.identify(sleep.pid()).orElseThrow();
    ProcessIdentity laterStart =
        new ProcessIdentity(identity.pid(), identity.startTicks() + 1, identity.bootId());
    ProcessIdentity anotherBoot =
        new ProcessIdentity(identity.pid(), identity.startTicks(), "another");
    assertThat(table.isAlive(identity)).isTrue();
    assertThat(table.isAlive(laterStart)).isFalse();
    assertThat(table.isAlive(anotherBoot)).isFalse();
    sleep.destroyForcibly().waitFor();
    assertThat(table.isAlive(identity)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "x) S 1 (y", "line\nbreak", ")", "größe"})
  void unusualProcessNamesAreParsed(String name, @TempDir Path folder) throws Exception {
    Path program = Files.copy(Path.of("/bin/sleep"), folder.resolve(name));
    Process process = new ProcessBuilder(program.toString(), "300").start();
    try {
      Eventually.holds(
          "the name is " + name,
          () -> table.find(process.pid()).map(ProcessStat::name).equals(Optional.of(name)));
      assertThat(table.find(process.pid()).orElseThrow().parentPid())
          .isEqualTo(ProcessHandle.current().pid());
      assertThat(table.leadsSession(process.pid())).isFalse();
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "44 (sh) S 7 44 44 0 -1, true",
    "44 (x) S 1 2 44 (y) S 7 44 7 0 -1, false",
    "44 (x) S 1 2 3 (y) S 7 44 44 0 -1, true",
    "44 (sh) S 7 44 444 0 -1, false",
    "44 (sh) S 44 44, false"
  })
  void leaderOfSessionIsTheProcessWhoseSessionHasItsPid(
      String stat, boolean leads, @TempDir Path proc) throws IOException {
    Files.createDirectories(proc.resolve("44"));
    Files.writeString(proc.resolve("44/stat"), stat + "\n");
    ProcessTable table = new ProcfsProcessTable(proc.toFile(), AuxiliaryVector.read());
    assertThat(table.leadsSession(44)).isEqualTo(leads);
    assertThat(table.leadsSession(45)).isFalse();
  }

  @Test
  void execIdChangesOnlyOnExec() throws Exception {
    Process shell = new ProcessBuilder("sh", "-c", "read a; exec sh -c 'read b; :'").start();
    try {
      Eventually.holds("the shell runs", () -> name(shell).equals("sh"));
      long first = table.find(shell.pid()).orElseThrow().execId();
      assertThat(first).isNotZero().isEqualTo(table.find(shell.pid()).orElseThrow().execId());
      shell.getOutputStream().write('\n');
      shell.getOutputStream().flush();
      Eventually.holds(
          "the exec id has changed", () -> table.find(shell.pid()).get().execId() != first);
    } finally {
      shell.destroyForcibly().waitFor();
    }
  }

  private String name(Process process) {
    return table.find(process.pid()).map(ProcessStat::name).orElse("");
  }

  @Test
  void environmentVariableIsMatchedByFullName() throws Exception {
    ProcessBuilder builder = new ProcessBuilder("sleep", "300");
    builder.environment().clear();
    builder.environment().put("XLUHPROC_DIR", "wrong");
    builder.environment().put("LUHPROC_DIR", "/größe/a b\nc=d");
    builder.environment().put("LUHPROC_DIR2", "wrong");
    builder.environment().put("EMPTY", "");
    Process sleep = builder.start();
    try {
      Eventually.holds(
          "sleep runs",
          () -> table.environmentVariable(sleep.pid(), "EMPTY").equals(Optional.of("")));
      assertThat(table.environmentVariable(sleep.pid(), "LUHPROC_DIR")).contains("/größe/a b\nc=d");
      assertThat(table.environmentVariable(sleep.pid(), "LUHPROC")).isEmpty();
    } finally {
      sleep.destroyForcibly().waitFor();
    }
  }

  @Test
  void limitMarkerIsReadAndInherited() throws Exception {
    LimitMarker marker = LimitMarker.fromRandomBits(System.nanoTime());
    String setLimit = "ulimit -S -w %1$d || ulimit -S -x %1$d; ".formatted(marker.value());
    Process shell = new ProcessBuilder("sh", "-c", setLimit + "sleep 300 & echo $!; wait").start();
    try (BufferedReader out = shell.inputReader()) {
      long child = Long.parseLong(out.readLine());
      assertThat(table.limitMarker(shell.pid())).contains(marker);
      assertThat(table.limitMarker(child)).contains(marker);
      assertThat(table.limitMarker(1)).isEmpty();
      assertThat(table.mainThreadChildren(shell.pid())).containsExactly(child);
      assertThat(table.mainThreadChildren(child)).isEmpty();
      ProcessHandle.of(child).ifPresent(ProcessHandle::destroyForcibly);
    } finally {
      shell.destroyForcibly().waitFor();
    }
    assertThat(table.limitMarker(shell.pid())).isEmpty();
    assertThat(table.mainThreadChildren(shell.pid())).isEmpty();
  }

  @Test
  void realUserIsRead() throws IOException {
    int owner = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    assertThat(table.realUserId(table.currentPid())).hasValue(owner);
    assertThat(table.realUserId(1)).hasValue(0);
    assertThat(table.realUserId(Integer.MAX_VALUE)).isEmpty();
  }

  @Test
  void threadThatIsNotMainThreadIsNoProcess() throws IOException {
    try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
      List<Long> ids = threads.map(it -> Long.parseLong(it.getFileName().toString())).toList();
      assertThat(ids).hasSizeGreaterThan(1).contains(table.currentPid());
      assertThat(ids)
          .filteredOn(id -> table.find(id).isPresent())
          .containsExactly(table.currentPid());
    }
  }

  @Test
  void pidCounterFollowsNewProcesses() throws Exception {
    PidCounter counter = table.pidCounter().orElseThrow();
    long before = counter.last();
    long forks = counter.forks();
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    long after = counter.last();
    assertThat(counter.forks()).isGreaterThan(forks);
    assertThat(after).isNotEqualTo(before).isLessThan(counter.max());
    if (before < after) {
      assertThat(process.pid()).isBetween(before, after);
    }
    assertThat(table.probe(process.pid())).isEmpty();
    assertThat(table.probe(table.currentPid())).isPresent();
  }

  @ParameterizedTest
  @CsvSource({"NSpid:|44, true", "NSpid:|44|1, false", "NSpid:|44|7|1, false", "Ngid:|0, true"})
  void namespaceIsReadFromPids(String line, boolean own, @TempDir Path proc) throws IOException {
    Files.createDirectories(proc.resolve("self"));
    String status = "Name:\tjava\nTgid:\t44\n" + line.replace('|', '\t') + "\nVmPeak:\t 1 kB\n";
    Files.writeString(proc.resolve("self/status"), status);
    AuxiliaryVector units = AuxiliaryVector.read();
    assertThat(new ProcfsProcessTable(proc.toFile(), units).isOfOwnNamespace()).isEqualTo(own);
  }

  @ParameterizedTest
  @CsvSource({
    "0000000000040000, true",
    "0000000000044000, true",
    "0000000000020000, false",
    "ffffffffffffffff, true",
    "0000000000000000, false"
  })
  void pendingSigstopIsRead(String signals, boolean pending, @TempDir Path proc)
      throws IOException {
    Files.createDirectories(proc.resolve("44"));
    String status = "Name:\tsh\nSigPnd:\t0000000000000000\nShdPnd:\t" + signals + "\nSigBlk:\t0\n";
    Files.writeString(proc.resolve("44/status"), status);
    ProcessTable table = new ProcfsProcessTable(proc.toFile(), AuxiliaryVector.read());
    assertThat(table.isStopPending(44)).isEqualTo(pending);
    assertThat(table.isStopPending(45)).isFalse();
  }

  @Test
  void processTableOfOuterNamespaceIsRefused() throws Exception {
    assumeTrue(table.realUserId(table.currentPid()).equals(OptionalLong.of(0)), "needs root");
    assertThat(table.isOfOwnNamespace()).isTrue();
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                List.of(
                    "unshare",
                    "--pid",
                    "--fork",
                    "--kill-child",
                    java,
                    "-cp",
                    System.getProperty("java.class.path"),
                    RequiresOwnNamespace.class.getName()))
            .redirectErrorStream(true)
            .start();
    try (BufferedReader out = process.inputReader()) {
      assertThat(out.lines())
          .anyMatch(it -> it.contains("cannot start it: /proc belongs to another pid namespace"))
          .anyMatch(it -> it.equals("has a pid counter: false"));
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void tableWithoutListOfChildrenHasNoPidCounter(@TempDir Path proc) throws IOException {
    Files.createDirectories(proc.resolve("sys/kernel"));
    Files.writeString(proc.resolve("sys/kernel/ns_last_pid"), "4711\n");
    Files.writeString(proc.resolve("sys/kernel/pid_max"), "32768\n");
    Files.createSymbolicLink(proc.resolve("self"), Path.of("44"));
    AuxiliaryVector units = AuxiliaryVector.read();
    assertThat(new ProcfsProcessTable(proc.toFile(), units).pidCounter()).isEmpty();
    Files.createDirectories(proc.resolve("44/task/44"));
    Files.createFile(proc.resolve("44/task/44/children"));
    PidCounter counter = new ProcfsProcessTable(proc.toFile(), units).pidCounter().orElseThrow();
    assertThat(counter.last()).isEqualTo(4711);
    assertThat(counter.max()).isEqualTo(32_768);
  }

  @Test
  void descriptorExhaustionFailsInsteadOfReportingExit(@TempDir Path folder) throws Exception {
    try (JavaProcess java = JavaProcess.of(ExhaustsFileDescriptors.class).start(folder)) {
      assertThat(java.awaitLine("before ")).isEqualTo("alive=true");
      assertThat(java.awaitLine("then ")).contains("cannot open /proc/", "/stat", "ulimit -n");
      assertThat(java.awaitLine("gone ")).isEqualTo("alive=false");
      assertThat(java.awaitLine("after ")).isEqualTo("alive=true");
    }
  }

  @Test
  void entriesThatAreNotProcessesAreSkipped(@TempDir Path proc) throws IOException {
    for (String name : List.of("42", "43", "44", "self", "sys")) {
      Files.createDirectories(proc.resolve(name));
    }
    Files.writeString(proc.resolve("42/stat"), "42 (java) S 1 2 3");
    Files.writeString(
        proc.resolve("44/stat"), "44 (java) S 1 44 44 0 -1 0 0 0 0 0 0 0 0 0 20 0 7 0 99 0 0 0\n");
    ProcfsProcessTable fake = new ProcfsProcessTable(proc.toFile(), new AuxiliaryVector(4096, 100));
    assertThat(fake.all()).extracting(ProcessStat::pid).containsExactly(44L);
    assertThat(fake.bootId()).isEmpty();
  }

  /** A long environment lengthens the part of execve(2) in which it cannot be read. */
  @ParameterizedTest
  @CsvSource({"1, 30000", "60000, 1000"})
  void environmentIsReadableDuringRepeatedExec(int padding, int reads, @TempDir Path folder)
      throws Exception {
    Path again = Files.writeString(folder.resolve("again"), "#!/bin/sh\nexec \"$0\"\n");
    Files.setPosixFilePermissions(again, PosixFilePermissions.fromString("rwx------"));
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", "exec " + again);
    builder.environment().clear();
    for (String variable : List.of("A", "Z", "LUHPROC_TEST0", "LUHPROC_TEST1")) {
      builder.environment().put(variable, "x".repeat(padding));
    }
    builder.environment().put("LUHPROC_TEST", "here");
    Process process = builder.start();
    try {
      for (int i = 0; i < reads; i++) {
        assertThat(table.environmentVariable(process.pid(), "LUHPROC_TEST"))
            .as("read " + i)
            .contains("here");
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void processInExecIsDetectedByMissingAddresses() {
    assertThat(isInExec(0, 0, 0)).isTrue();
    assertThat(isInExec(0, 0, 140)).as("while variables are counted").isTrue();
    assertThat(isInExec(0, 40, 140)).isFalse();
    assertThat(isInExec(0x4, 0, 0)).as("while exiting").isFalse();
    assertThat(isInExec(0x200000, 0, 0)).as("kernel thread").isFalse();
  }

  private static boolean isInExec(long flags, long codeStart, long environmentEnd) {
    String line =
        "44 (sh) R 1 44 44 0 -1 %d %s%d %s%d 0\n"
            .formatted(flags, "0 ".repeat(16), codeStart, "0 ".repeat(24), environmentEnd);
    byte[] bytes = line.getBytes(StandardCharsets.US_ASCII);
    return StatParser.stableExecId(bytes, bytes.length).isEmpty();
  }
}
