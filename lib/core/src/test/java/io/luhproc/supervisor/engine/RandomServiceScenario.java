package io.luhproc.supervisor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.service.NoSuchServiceException;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.RestartStrategy;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.service.SupervisorStatus;
import io.luhproc.supervisor.state.ProcessInstance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Five services with dependencies and a conflict, of up to two processes each, under random events
 * in virtual time. The invariants are checked after each event; the fake runtime checks that no
 * process runs twice and that no process is launched while a conflicting service is alive.
 */
@SuppressWarnings("FutureReturnValueIgnored")
final class RandomServiceScenario {
  private static final List<String> NAMES = List.of("db", "cache", "api", "web", "batch");
  private static final List<RestartStrategy> STRATEGIES =
      List.of(
          RestartStrategy.ONE_FOR_ONE, RestartStrategy.ONE_FOR_ALL, RestartStrategy.REST_FOR_ONE);
  // Longer than any backoff of the services here, several times.
  private static final Duration LONG_DELAY = Duration.ofMinutes(5);

  private final VirtualSupervisor supervisor = new VirtualSupervisor();
  private final Random random;
  private final List<CompletableFuture<?>> replies = new ArrayList<>();
  private final Map<String, Integer> specVersions = new HashMap<>();
  private boolean stopping;

  RandomServiceScenario(Random random) {
    this.random = random;
    supervisor.runtime().setReplyDelay(() -> Duration.ofMillis(5L * (1 + random.nextInt(8))));
    supervisor.runtime().setLaunchCheck(this::checkLaunch);
    supervisor.add(NAMES.stream().map(this::spec).toArray(ServiceSpec.Builder[]::new));
  }

  private ServiceSpec.Builder spec(String name) {
    int version = specVersions.merge(name, 1, Integer::sum);
    ServiceSpec.Builder spec = ServiceSpec.named(name).strategy(STRATEGIES.get(version % 3));
    spec.process(process("one", version));
    if (version % 4 != 0) {
      spec.process(process("two", version / 2));
    }
    return switch (name) {
      case "api" -> spec.requires("db").wants("cache");
      case "web" -> spec.requires("api").after("cache");
      case "batch" -> spec.conflicts("web").requires("db");
      default -> spec;
    };
  }

  private static ProcessSpec.Builder process(String name, int version) {
    RestartPolicy policy =
        version % 5 == 0 ? RestartPolicy.never() : RestartPolicy.onFailure().maxRetries(3);
    return VirtualSupervisor.process(name)
        .env("VERSION", "" + version / 2)
        .minReadyTime(version % 3 == 0 ? Duration.ofMillis(50) : Duration.ZERO)
        .restart(policy);
  }

  private void checkLaunch(ProcessInstance instance) {
    assertThat(stopping).as("all are stopped, and " + instance + " is launched").isFalse();
    String conflicting =
        switch (instance.service().name()) {
          case "web" -> "batch";
          case "batch" -> "web";
          default -> "";
        };
    List.of("one", "two")
        .forEach(
            process ->
                assertThat(supervisor.runtime().exists(conflicting + "/" + process))
                    .as(
                        conflicting
                            + "/"
                            + process
                            + " is alive when a conflicting service is launched")
                    .isFalse());
  }

  // Events.

  void apply(RandomServicesTest.RandomEvent event) {
    String name = NAMES.get(event.service());
    String process = name + "/" + (random.nextBoolean() ? "one" : "two");
    ProcessSelector whole = ProcessSelector.of(name);
    ProcessSelector one = ProcessSelector.of(name, "one");
    switch (event.kind()) {
      case START -> submit(() -> supervisor.operations().start(whole));
      case START_ONE -> submit(() -> supervisor.operations().start(one));
      case STOP -> submit(() -> supervisor.operations().stop(whole));
      case STOP_ONE -> submit(() -> supervisor.operations().stop(one));
      case KILL -> submit(() -> supervisor.operations().kill(whole));
      case RESTART -> submit(() -> supervisor.operations().restart(whole));
      case RELOAD -> submit(() -> supervisor.operations().reload(whole));
      case START_ALL -> submit(() -> supervisor.operations().startAll());
      case STOP_ALL -> submit(() -> supervisor.operations().stopAll());
      case AWAIT ->
          submit(
              () ->
                  supervisor
                      .operations()
                      .await(name, ProcessState.RUNNING, Duration.ofSeconds(20)));
      case UPDATE -> submit(() -> supervisor.registry().update(spec(name).build()));
      case REMOVE -> submit(() -> supervisor.registry().remove(name));
      case ADD -> add(name);
      case EXITS_NONZERO -> supervisor.runtime().exit(process, 1);
      case EXITS_ZERO -> supervisor.runtime().exit(process, 0);
      case LAUNCH_FAILS -> supervisor.runtime().failLaunches(process, "no such file");
      case CLEAR_FAILURES -> supervisor.runtime().clearFailures(process);
    }
    supervisor.advance(Duration.ofMillis(event.millis()));
    check();
  }

  private void submit(Supplier<CompletableFuture<?>> call) {
    try {
      replies.add(call.get());
    } catch (NoSuchServiceException | IllegalArgumentException expected) {
      // It does not exist, or another service requires it.
    }
  }

  private void add(String name) {
    try {
      supervisor.add(spec(name));
    } catch (IllegalArgumentException expected) {
      // It exists already, or a service that it names does not.
    }
  }

  // Invariants.

  private void check() {
    Set<Long> shown = new HashSet<>();
    for (ServiceStatus service : supervisor.statuses().status().services()) {
      for (ProcessStatus process : service.processes()) {
        process.identity().ifPresent(identity -> shown.add(identity.pid()));
        boolean up = process.state() == ProcessState.RUNNING;
        assertThat(process.identity().isPresent() || !up).as("%s is known", process).isTrue();
      }
    }
    assertThat(shown).containsAll(supervisor.runtime().pids());
    for (long pid = 100; pid < 100 + 50; pid++) {
      assertThat(supervisor.statuses().find(pid).isPresent()).isEqualTo(shown.contains(pid));
    }
  }

  // The end.

  private void clearFailures() {
    for (String name : NAMES) {
      supervisor.runtime().clearFailures(name + "/one");
      supervisor.runtime().clearFailures(name + "/two");
    }
  }

  void startAll() {
    clearFailures();
    supervisor.advance(LONG_DELAY);
    for (String name : NAMES) {
      add(name);
    }
    if (exists("batch")) {
      submit(() -> supervisor.registry().remove("batch"));
      supervisor.advanceOneSecond();
    }
    CompletableFuture<SupervisorStatus> up = supervisor.operations().startAll();
    supervisor.advance(LONG_DELAY);
    assertThat(up).isCompleted();
  }

  private boolean exists(String name) {
    return supervisor.statuses().status().services().stream().anyMatch(s -> s.name().equals(name));
  }

  List<ProcessState> states() {
    return supervisor.statuses().status().services().stream().map(ServiceStatus::state).toList();
  }

  void stopAll() {
    clearFailures();
    submit(() -> supervisor.operations().stopAll());
    stopping = true;
    supervisor.advance(LONG_DELAY);
  }

  void assertAllInactive() {
    check();
    assertThat(states()).isSubsetOf(ProcessState.INACTIVE);
    assertThat(supervisor.runtime().isEmpty()).as("no process is alive").isTrue();
    assertThat(supervisor.timerCount()).as("timers").isZero();
    assertThat(replies).allMatch(CompletableFuture::isDone, "is completed");
  }
}
