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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Services are crashed, stopped, restarted, updated and started at random, and now and then by
 * another supervisor that adopts them; after each step the real processes equal those of a model.
 * {@code -Dluhproc.thousand.seconds=120} runs longer.
 */
@Tag("process")
@Timeout(600)
@ExtendWith(LeakCheck.class)
class ThousandServicesTest {
  private static final int SERVICES = 1_000;
  private static final int STEPS = Integer.getInteger("luhproc.thousand.steps", 12);
  // If positive, the test runs for this time instead of a number of steps.
  private static final int SECONDS_TO_RUN = Integer.getInteger("luhproc.thousand.seconds", 0);
  private static final int STEPS_PER_SUPERVISOR = 5;
  private static final int EVENTS_PER_STEP = 50;
  // The argument of sleep(1) minus this is the number of the service.
  private static final int FIRST_SECONDS = 1_000_000;
  private static final RestartPolicy QUICK_RESTART =
      RestartPolicy.onFailure().delay(Duration.ofMillis(20)).maxDelay(Duration.ofMillis(20));

  @TempDir private Path folder;
  private final Random random = new Random(SERVICES);
  // The pid of each service that is desired up.
  private final Map<Integer, Long> model = new TreeMap<>();
  private final ProcessTable table = ProcessTable.system();
  // The version of the spec of each service that was updated.
  private final Map<Integer, Integer> versions = new HashMap<>();
  private Supervisor supervisor;

  @AfterEach
  void close() {
    supervisor.close();
  }

  private Supervisor newSupervisor() {
    return Supervisor.builder().directory(folder.resolve("services")).withoutCgroups().build();
  }

  @Test
  void realProcessesMatchModelUnderRandomEvents() throws Exception {
    supervisor = newSupervisor();
    supervisor.add(specs());
    supervisor.startAll().get(120, SECONDS);
    for (int number = 0; number < SERVICES; number++) {
      model.put(number, pidOf(number));
    }
    checkAgainstModel();
    Deadline end = Deadline.after(TimeSource.system(), Duration.ofSeconds(SECONDS_TO_RUN));
    for (int i = 0; SECONDS_TO_RUN > 0 ? !end.isExpired() : i < STEPS; i++) {
      step();
      checkAgainstModel();
      if (i % STEPS_PER_SUPERVISOR == STEPS_PER_SUPERVISOR - 1) {
        replaceSupervisor();
        checkAgainstModel();
      }
    }
    supervisor.stopAll().get(120, SECONDS);
    model.clear();
    checkAgainstModel();
    removeAll();
    assertThat(entries(folder.resolve("services"))).as("process directories").isEmpty();
    supervisor.close();
    assertThat(descriptors()).as("descriptors").noneMatch(it -> it.startsWith(folder.toString()));
  }

  private ServiceSpec[] specs() {
    return Stream.iterate(0, number -> number + 1)
        .limit(SERVICES)
        .map(this::spec)
        .toArray(ServiceSpec[]::new);
  }

  /** Replaces the supervisor by one that adopts all processes. */
  private void replaceSupervisor() {
    supervisor.detach();
    supervisor = newSupervisor();
    supervisor.add(specs());
  }

  /** An odd version restarts the process, an even one changes it while it runs. */
  private ServiceSpec spec(int number) {
    int version = versions.getOrDefault(number, 0);
    return ServiceSpec.named(name(number))
        .process(
            ProcessSpec.command("main", "sleep", "" + (FIRST_SECONDS + number))
                .minReadyTime(Duration.ofMillis(1))
                .startTimeout(Duration.ofSeconds(60 + version))
                .env("VERSION", "" + (version + 1) / 2)
                .restart(QUICK_RESTART))
        .build();
  }

  private static String name(int number) {
    return "service-" + number;
  }

  private long pidOf(int number) {
    return identity(number).pid();
  }

  private ProcessIdentity identity(int number) {
    return supervisor.status(name(number)).process("main").identity().orElseThrow();
  }

  // Steps.

  private void step() throws Exception {
    Map<Integer, CompletableFuture<ServiceStatus>> replies = new HashMap<>();
    for (int i = 0; i < EVENTS_PER_STEP; i++) {
      int number = random.nextInt(SERVICES);
      if (!replies.containsKey(number)) {
        replies.put(number, applyRandomEvent(number));
      }
    }
    for (Map.Entry<Integer, CompletableFuture<ServiceStatus>> each : replies.entrySet()) {
      ServiceStatus after = each.getValue().get(30, SECONDS);
      if (after.state() == ProcessState.RUNNING) {
        model.put(each.getKey(), after.process("main").identity().orElseThrow().pid());
      } else {
        model.remove(each.getKey());
      }
    }
  }

  private CompletableFuture<ServiceStatus> applyRandomEvent(int number) {
    if (!model.containsKey(number)) {
      return supervisor.start(name(number));
    }
    return switch (random.nextInt(5)) {
      case 0 -> supervisor.stop(name(number));
      case 1 -> supervisor.restart(name(number));
      case 2 -> supervisor.kill(name(number));
      case 3 -> update(number);
      default -> crash(number);
    };
  }

  private CompletableFuture<ServiceStatus> update(int number) {
    int ignored = versions.merge(number, 1, Integer::sum);
    return supervisor.update(spec(number));
  }

  private CompletableFuture<ServiceStatus> crash(int number) {
    ProcessIdentity process = identity(number);
    assertThat(table.isAlive(process)).isTrue();
    // Registered before the kill, because the state lasts for 20 ms only.
    CompletableFuture<ServiceStatus> exited =
        supervisor.await(name(number), ProcessState.BACKOFF, Duration.ofSeconds(20));
    assertThat(ProcessHandle.of(process.pid()).orElseThrow().destroyForcibly()).isTrue();
    return exited.thenCompose(
        down -> supervisor.await(name(number), ProcessState.RUNNING, Duration.ofSeconds(20)));
  }

  // The model.

  private void checkAgainstModel() {
    Eventually.holds(
        () -> "the real processes equal the model: " + difference(),
        () -> listProcesses().equals(listed(model)));
    for (int number = 0; number < SERVICES; number++) {
      boolean isReported = supervisor.status(name(number)).process("main").identity().isPresent();
      assertThat(isReported).as(name(number)).isEqualTo(model.containsKey(number));
    }
  }

  private static Map<Integer, List<Long>> listed(Map<Integer, Long> pids) {
    Map<Integer, List<Long>> all = new TreeMap<>();
    pids.forEach((number, pid) -> all.put(number, List.of(pid)));
    return all;
  }

  private String difference() {
    Map<Integer, List<Long>> real = listProcesses();
    Map<Integer, List<Long>> expected = listed(model);
    List<String> different = new ArrayList<>();
    for (int number = 0; number < SERVICES; number++) {
      List<Long> actual = real.getOrDefault(number, List.of());
      List<Long> modelled = expected.getOrDefault(number, List.of());
      if (!actual.equals(modelled)) {
        different.add(actual + " instead of " + modelled + ": " + supervisor.why(name(number)));
      }
    }
    return String.join("\n", different);
  }

  /** Returns the pids of the children of this JVM that run sleep(1), by service number. */
  private static Map<Integer, List<Long>> listProcesses() {
    Map<Integer, List<Long>> all = new TreeMap<>();
    ProcessHandle.current().children().forEach(child -> addIfSleep(child.pid(), all));
    return all;
  }

  private static void addIfSleep(long pid, Map<Integer, List<Long>> all) {
    try {
      String[] argv = Files.readString(Path.of("/proc/" + pid + "/cmdline")).split("\0", -1);
      if (argv[0].equals("sleep")) {
        all.computeIfAbsent(Integer.parseInt(argv[1]) - FIRST_SECONDS, number -> new ArrayList<>())
            .add(pid);
      }
    } catch (IOException ignored) {
      // The process has exited since it was listed.
    }
  }

  // Cleanup.

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
