package io.luhproc.supervisor;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many services, crashed, stopped and started at random: after each step the real processes are
 * those of the model. Takes 10 s of steps; {@code -Dluhproc.thousand.seconds=120} for more.
 */
@Tag("process")
@Timeout(600)
@ExtendWith(LeakCheck.class)
class ThousandServicesTest {
  private static final int SERVICES = 1_000;
  private static final int AT_ONCE = 25;
  private static final int FIRST = 1_000_000;
  private static final Duration STEPS =
      Duration.ofSeconds(Long.getLong("luhproc.thousand.seconds", 10));
  private static final RestartPolicy AT_ONCE_AGAIN =
      RestartPolicy.onFailure().delay(Duration.ofMillis(20)).maxDelay(Duration.ofMillis(20));

  @TempDir private Path folder;
  private final Random random = new Random(SERVICES);
  // Which process each service has, of those that are wanted.
  private final Map<Integer, Long> model = new TreeMap<>();
  private final ProcessTable table = ProcessTable.system();
  private Supervisor supervisor;

  @Test
  void realProcessesMatchModelUnderRandomEvents() throws Exception {
    Path directory = folder.resolve("services");
    Supervisor closed = Supervisor.builder().directory(directory).withoutCgroups().build();
    try (closed) {
      supervisor = closed;
      supervisor.add(specs());
      supervisor.startAll().get(120, SECONDS);
      for (int number = 0; number < SERVICES; number++) {
        model.put(number, pidOf(number));
      }
      checkAgainstModel();
      Deadline end = Deadline.after(TimeSource.system(), STEPS);
      while (!end.isExpired()) {
        step();
        checkAgainstModel();
      }
      supervisor.stopAll().get(120, SECONDS);
      model.clear();
      checkAgainstModel();
      removeAll();
      assertThat(entries(directory)).as("no process directory is left").isEmpty();
    }
    assertThat(descriptors()).as("descriptors").noneMatch(it -> it.startsWith(folder.toString()));
  }

  private static ServiceSpec[] specs() {
    return Stream.iterate(0, number -> number + 1)
        .limit(SERVICES)
        .map(ThousandServicesTest::spec)
        .toArray(ServiceSpec[]::new);
  }

  private static ServiceSpec spec(int number) {
    return ServiceSpec.named(name(number))
        .process(
            ProcessSpec.command("it", "sleep", "" + (FIRST + number))
                .minReadyTime(Duration.ofMillis(1))
                .restart(AT_ONCE_AGAIN))
        .build();
  }

  private static String name(int number) {
    return "service-" + number;
  }

  private long pidOf(int number) {
    return identity(number).pid();
  }

  private ProcessIdentity identity(int number) {
    return supervisor.status(name(number)).process("it").identity().orElseThrow();
  }

  // Steps.

  private void step() throws Exception {
    Map<Integer, CompletableFuture<ServiceStatus>> asked = new HashMap<>();
    for (int i = 0; i < AT_ONCE; i++) {
      int number = random.nextInt(SERVICES);
      if (!asked.containsKey(number)) {
        asked.put(number, applyRandomEvent(number));
      }
    }
    for (Map.Entry<Integer, CompletableFuture<ServiceStatus>> each : asked.entrySet()) {
      ServiceStatus after = each.getValue().get(30, SECONDS);
      if (after.state() == ProcessState.RUNNING) {
        model.put(each.getKey(), after.process("it").identity().orElseThrow().pid());
      } else {
        model.remove(each.getKey());
      }
    }
  }

  private CompletableFuture<ServiceStatus> applyRandomEvent(int number) {
    if (!model.containsKey(number)) {
      return supervisor.start(name(number));
    }
    return switch (random.nextInt(4)) {
      case 0 -> supervisor.stop(name(number));
      case 1 -> supervisor.restart(name(number));
      case 2 -> supervisor.kill(name(number));
      default -> crash(number);
    };
  }

  private CompletableFuture<ServiceStatus> crash(int number) {
    ProcessIdentity exited = identity(number);
    assertThat(table.isAlive(exited)).isTrue();
    assertThat(ProcessHandle.of(exited.pid()).orElseThrow().destroyForcibly()).isTrue();
    return supervisor
        .await(name(number), ProcessState.BACKOFF, Duration.ofSeconds(20))
        .thenCompose(
            down -> supervisor.await(name(number), ProcessState.RUNNING, Duration.ofSeconds(20)));
  }

  // The model.

  private void checkAgainstModel() {
    Eventually.holds(
        () -> "the real processes are those of the model: " + difference(),
        () -> listProcesses().equals(listed(model)));
    for (int number = 0; number < SERVICES; number++) {
      boolean shown = supervisor.status(name(number)).process("it").identity().isPresent();
      assertThat(shown).as(name(number)).isEqualTo(model.containsKey(number));
    }
  }

  private static Map<Integer, List<Long>> listed(Map<Integer, Long> pids) {
    Map<Integer, List<Long>> all = new TreeMap<>();
    pids.forEach((number, pid) -> all.put(number, List.of(pid)));
    return all;
  }

  private String difference() {
    Map<Integer, List<Long>> real = listProcesses();
    Map<Integer, List<Long>> wanted = listed(model);
    List<String> different = new ArrayList<>();
    for (int number = 0; number < SERVICES; number++) {
      List<Long> is = real.getOrDefault(number, List.of());
      List<Long> should = wanted.getOrDefault(number, List.of());
      if (!is.equals(should)) {
        different.add(is + " for " + should + ": " + supervisor.why(name(number)));
      }
    }
    return String.join("\n", different);
  }

  /** Returns the children of this JVM that sleep, by what they sleep for. */
  private static Map<Integer, List<Long>> listProcesses() {
    Map<Integer, List<Long>> all = new TreeMap<>();
    ProcessHandle.current().children().forEach(child -> updateModel(child.pid(), all));
    return all;
  }

  private static void updateModel(long pid, Map<Integer, List<Long>> all) {
    try {
      String[] argv = Files.readString(Path.of("/proc/" + pid + "/cmdline")).split("\0", -1);
      if (argv[0].equals("sleep")) {
        all.computeIfAbsent(Integer.parseInt(argv[1]) - FIRST, number -> new ArrayList<>())
            .add(pid);
      }
    } catch (IOException ignored) {
      // It has ended since it was listed.
    }
  }

  // The end.

  private void removeAll() throws Exception {
    List<CompletableFuture<ServiceStatus>> removed = new ArrayList<>();
    for (int number = 0; number < SERVICES; number++) {
      removed.add(supervisor.remove(name(number)));
    }
    for (CompletableFuture<ServiceStatus> each : removed) {
      assertThat(each.get(60, SECONDS)).isNotNull();
    }
  }

  private static List<Path> entries(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(Files::isDirectory).toList();
    }
  }

  private static List<String> descriptors() throws IOException {
    List<String> targets = new ArrayList<>();
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      for (Path descriptor : all.toList()) {
        if (Files.isSymbolicLink(descriptor) && Files.exists(descriptor)) {
          targets.add(Files.readSymbolicLink(descriptor).toString());
        }
      }
    }
    return targets;
  }
}
