package io.luhproc.supervisor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.health.HealthResult;
import io.luhproc.limits.ResourceLimits;
import io.luhproc.service.NoSuchServiceException;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.Readiness;
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
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Five services with dependencies and conflicts under random events in virtual time: requests, live
 * updates of every kind, failures, and supervisors that detach and whose successor adopts what is
 * left. The invariants are checked after each event; the fake runtime checks that no process runs
 * twice and that no process is launched while a conflicting service is alive.
 */
@SuppressWarnings("FutureReturnValueIgnored")
final class RandomServiceScenario {
  private static final List<String> NAMES = List.of("db", "cache", "api", "web", "batch");
  private static final List<RestartStrategy> STRATEGIES =
      List.of(
          RestartStrategy.ONE_FOR_ONE, RestartStrategy.ONE_FOR_ALL, RestartStrategy.REST_FOR_ONE);
  private static final List<String> PROCESSES = List.of("one", "two", "two-1", "two-2", "two-3");
  // Longer than any backoff of the services here, several times.
  private static final Duration LONG_DELAY = Duration.ofMinutes(5);
  // A chain of three services stops one after the other, each within 40 ms.
  private static final Duration STOP_TIME = Duration.ofMillis(500);

  private VirtualSupervisor supervisor = new VirtualSupervisor();
  private final Random random;
  private final List<CompletableFuture<?>> replies = new ArrayList<>();
  private final Map<String, Integer> specVersions = new HashMap<>();
  private final Set<Set<String>> adoptedInConflict = new HashSet<>();
  private final Set<String> adoptedWithoutRequirement = new HashSet<>();
  private final Map<String, Duration> withoutRequirement = new HashMap<>();
  private Duration elapsed = Duration.ZERO;
  private boolean stopping;

  RandomServiceScenario(Random random) {
    this.random = random;
    prepare();
    supervisor.add(NAMES.stream().map(this::spec).toArray(ServiceSpec.Builder[]::new));
  }

  private void prepare() {
    supervisor.runtime().setReplyDelay(() -> Duration.ofMillis(5L * (1 + random.nextInt(8))));
    supervisor.runtime().setLaunchCheck(this::checkLaunch);
  }

  /** Replaces the supervisor by one that adopts what it leaves, with other specs. */
  private void detach() {
    VirtualSupervisor next = new VirtualSupervisor();
    next.runtime().setNextPid(supervisor.runtime().nextPid());
    supervisor.runtime().remains().forEach(next.runtime()::addRecovered);
    supervisor = next;
    prepare();
    // Its callers are gone with it.
    replies.clear();
    supervisor.add(NAMES.stream().map(this::spec).toArray(ServiceSpec.Builder[]::new));
    NAMES.forEach(
        name -> NAMES.forEach(other -> adoptedWithoutRequirement.add(name + " requires " + other)));
    supervisor
        .graph()
        .startOrder()
        .forEach(
            name ->
                supervisor.graph().conflicts(name).stream()
                    .filter(other -> isAlive(name) && isAlive(other))
                    .forEach(other -> adoptedInConflict.add(pair(name, other))));
  }

  private static Set<String> pair(String one, String other) {
    return Set.of(one, other);
  }

  private ServiceSpec.Builder spec(String name) {
    int version = specVersions.merge(name, 1, Integer::sum);
    ServiceSpec.Builder spec = ServiceSpec.named(name).strategy(STRATEGIES.get(version % 3));
    spec.process(process("one", version));
    if (version % 4 != 0) {
      spec.process(process("two", version / 2).replicas(1 + version % 3));
    }
    return switch (name) {
      case "api" -> spec.requires("db").wants("cache");
      case "web" -> spec.requires("api").after("cache");
      case "batch" -> version % 2 == 0 ? spec.requires("db") : spec.conflicts("web").requires("db");
      case "cache" -> version % 3 == 0 ? spec.conflicts("batch") : spec;
      default -> spec;
    };
  }

  private static ProcessSpec.Builder process(String name, int version) {
    ProcessSpec.Builder process = command(name, version);
    if (version % 4 == 1) {
      process.limits(ResourceLimits.builder().pids(10 + version));
    }
    if (version % 6 == 5) {
      process.ready(Readiness.logLine("listening"));
    }
    if (version % 7 == 3) {
      process.maxMemoryRestart(version + "MiB");
    }
    return process;
  }

  private static ProcessSpec.Builder command(String name, int version) {
    RestartPolicy policy =
        version % 5 == 0 ? RestartPolicy.never() : RestartPolicy.onFailure().maxRetries(3);
    return VirtualSupervisor.process(name)
        .env("VERSION", "" + version / 2)
        .minReadyTime(version % 3 == 0 ? Duration.ofMillis(50) : Duration.ZERO)
        .restart(policy);
  }

  private void checkLaunch(ProcessInstance instance) {
    assertThat(stopping).as("all are stopped, and " + instance + " is launched").isFalse();
    String service = instance.service().name();
    for (String other : supervisor.graph().conflicts(service)) {
      assertThat(isAlive(other))
          .as(other + " is alive when " + instance + ", in conflict with it, is launched")
          .isFalse();
    }
    for (String required : supervisor.graph().dependenciesOf(service).requires()) {
      assertThat(missingParts(required))
          .as(required + " lacks these when " + instance + ", which requires it, is launched")
          .isEmpty();
    }
  }

  /** Returns the processes of a service of which no replica is alive or has exited with 0. */
  private List<String> missingParts(String service) {
    return supervisor.spec(service).processes().stream()
        .filter(process -> instancesOf(service, process).noneMatch(this::isUpOrDone))
        .map(ProcessSpec::name)
        .toList();
  }

  /** After a change of the number of replicas, the first one keeps its name. */
  private static Stream<String> instancesOf(String service, ProcessSpec process) {
    Stream<String> former = Stream.of(process.name(), process.name() + "-1");
    return Stream.concat(former, process.instanceNames().stream())
        .map(name -> service + "/" + name);
  }

  private boolean isUpOrDone(String process) {
    return supervisor.runtime().exists(process)
        || supervisor.runtime().recordedExit(process).equals(OptionalInt.of(0));
  }

  private boolean isAlive(String service) {
    return PROCESSES.stream().anyMatch(it -> supervisor.runtime().exists(service + "/" + it));
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
      case DETACH -> detach();
      case PAUSE -> submit(() -> supervisor.operations().setPaused(whole, true));
      case RESUME -> submit(() -> supervisor.operations().setPaused(whole, false));
      case HEALTHY -> supervisor.runtime().reportHealth(process, HealthResult.healthy());
      case UNHEALTHY -> supervisor.runtime().reportHealth(process, HealthResult.unhealthy("bad"));
      case UNKILLABLE -> supervisor.runtime().makeUnkillable(process);
      case EXITS_NONZERO -> supervisor.runtime().exit(process, 1);
      case EXITS_ZERO -> supervisor.runtime().exit(process, 0);
      case LAUNCH_FAILS -> supervisor.runtime().failLaunches(process, "no such file");
      case CLEAR_FAILURES -> supervisor.runtime().clearFailures(process);
    }
    supervisor.advance(Duration.ofMillis(event.millis()));
    elapsed = elapsed.plusMillis(event.millis());
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
    checkConflicts();
    checkRequirements();
    for (long pid = 100; pid < 100 + 50; pid++) {
      assertThat(supervisor.statuses().find(pid).isPresent()).isEqualTo(shown.contains(pid));
    }
  }

  /**
   * A service is not up for longer than a stop takes without one that it requires and that was
   * stopped or killed. Adoption may find it so, if a supervisor ended between the stops of both.
   */
  private void checkRequirements() {
    Set<String> now = new HashSet<>();
    for (String name : supervisor.graph().startOrder()) {
      boolean up =
          supervisor.state(name) == ProcessState.RUNNING
              || supervisor.state(name) == ProcessState.STARTING;
      for (String required : supervisor.graph().dependenciesOf(name).requires()) {
        if (up && supervisor.state(required) == ProcessState.INACTIVE) {
          boolean ignored = now.add(name + " requires " + required);
        }
      }
    }
    adoptedWithoutRequirement.retainAll(now);
    now.removeAll(adoptedWithoutRequirement);
    withoutRequirement.keySet().retainAll(now);
    now.forEach(it -> withoutRequirement.putIfAbsent(it, elapsed));
    assertThat(withoutRequirement)
        .as("is up, and what it requires has been stopped since")
        .allSatisfy(
            (pair, since) -> assertThat(elapsed.minus(since)).isLessThanOrEqualTo(STOP_TIME));
  }

  /** Adoption may find two services alive; one of them then ends. */
  private void checkConflicts() {
    adoptedInConflict.removeIf(pair -> !pair.stream().allMatch(this::isAlive));
    for (String name : supervisor.graph().startOrder()) {
      for (String other : supervisor.graph().conflicts(name)) {
        boolean both = isAlive(name) && isAlive(other);
        assertThat(both && !adoptedInConflict.contains(pair(name, other)))
            .as(name + " and " + other + " are in conflict and alive")
            .isFalse();
      }
    }
  }

  /** No state lasts that its spec says should move on. */
  void assertSettled() {
    clearFailures();
    supervisor.advance(LONG_DELAY);
    for (ServiceStatus service : supervisor.statuses().status().services()) {
      assertThat(service.state())
          .as(() -> supervisor.statuses().statusText().why(service.name()))
          .isNotIn(ProcessState.STARTING, ProcessState.STOPPING, ProcessState.BACKOFF);
      if (service.state() == ProcessState.BLOCKED) {
        assertThat(service.blockedOn())
            .as(() -> supervisor.statuses().statusText().why(service.name()))
            .anyMatch(
                name ->
                    !supervisor.stoppedParts(name).isEmpty()
                        || supervisor.state(name) == ProcessState.BLOCKED);
      }
    }
    assertThat(adoptedInConflict.stream().filter(it -> it.stream().allMatch(this::isAlive)))
        .as("in conflict since their adoption")
        .isEmpty();
    assertThat(replies).allMatch(CompletableFuture::isDone, "is completed");
  }

  // The end.

  private void clearFailures() {
    for (String name : NAMES) {
      PROCESSES.forEach(it -> supervisor.runtime().clearFailures(name + "/" + it));
    }
  }

  void startAll() {
    clearFailures();
    supervisor.advance(LONG_DELAY);
    for (String name : NAMES) {
      add(name);
    }
    if (exists("batch")) {
      // It names batch in some of its versions.
      submit(() -> supervisor.registry().update(VirtualSupervisor.service("cache").build()));
      supervisor.advance(LONG_DELAY);
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
