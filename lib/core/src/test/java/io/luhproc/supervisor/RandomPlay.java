package io.luhproc.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.service.ProcessSpec;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.RestartStrategy;
import io.luhproc.service.ServiceSpec;
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
 * Five services with dependencies, a conflict and two processes, and what befalls them in virtual
 * time. After each event the invariants are checked; the world itself checks that there are never
 * two of one process, and that none is launched that must not be.
 */
@SuppressWarnings("FutureReturnValueIgnored")
final class RandomPlay {
  private static final List<String> NAMES = List.of("db", "cache", "api", "web", "batch");
  private static final List<RestartStrategy> STRATEGIES =
      List.of(
          RestartStrategy.ONE_FOR_ONE, RestartStrategy.ONE_FOR_ALL, RestartStrategy.REST_FOR_ONE);
  // Longer than any backoff of the services here, several times.
  private static final Duration LONG = Duration.ofMinutes(5);

  private final VirtualSupervisor it = new VirtualSupervisor();
  private final Random random;
  private final List<CompletableFuture<?>> asked = new ArrayList<>();
  private final Map<String, Integer> versions = new HashMap<>();
  private boolean ending;

  RandomPlay(Random random) {
    this.random = random;
    it.world().answersAfter(() -> Duration.ofMillis(5L * (1 + random.nextInt(8))));
    it.world().onLaunch(this::mayBeLaunched);
    it.add(NAMES.stream().map(this::spec).toArray(ServiceSpec.Builder[]::new));
  }

  private ServiceSpec.Builder spec(String name) {
    int version = versions.merge(name, 1, Integer::sum);
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

  private void mayBeLaunched(Place place) {
    assertThat(ending).as("all are stopped, and " + place + " is launched").isFalse();
    String rival =
        switch (place.service().name()) {
          case "web" -> "batch";
          case "batch" -> "web";
          default -> "";
        };
    List.of("one", "two")
        .forEach(
            process ->
                assertThat(it.world().isThere(rival + "/" + process))
                    .as(rival + "/" + process + " lives when its rival is launched")
                    .isFalse());
  }

  // What happens.

  void happens(RandomServicesTest.Event event) {
    String name = NAMES.get(event.service());
    String process = name + "/" + (random.nextBoolean() ? "one" : "two");
    Target whole = Target.of(name);
    Target one = Target.of(name, "one");
    switch (event.what()) {
      case START -> ask(() -> it.wishes().start(whole));
      case START_ONE -> ask(() -> it.wishes().start(one));
      case STOP -> ask(() -> it.wishes().stop(whole));
      case STOP_ONE -> ask(() -> it.wishes().stop(one));
      case KILL -> ask(() -> it.wishes().kill(whole));
      case RESTART -> ask(() -> it.wishes().restart(whole));
      case RELOAD -> ask(() -> it.wishes().reload(whole));
      case START_ALL -> ask(() -> it.wishes().startAll());
      case STOP_ALL -> ask(() -> it.wishes().stopAll());
      case AWAIT ->
          ask(() -> it.wishes().await(name, ProcessState.RUNNING, Duration.ofSeconds(20)));
      case UPDATE -> ask(() -> it.roster().update(spec(name).build()));
      case REMOVE -> ask(() -> it.roster().remove(name));
      case ADD -> add(name);
      case DIES -> it.world().dies(process, 1);
      case SUCCEEDS -> it.world().dies(process, 0);
      case FAILS_TO_LAUNCH -> it.world().failsToLaunch(process, "no such file");
      case GOES_WELL -> it.world().goesWell(process);
    }
    it.passes(Duration.ofMillis(event.pause()));
    check();
  }

  private void ask(Supplier<CompletableFuture<?>> call) {
    try {
      asked.add(call.get());
    } catch (NoSuchServiceException | IllegalArgumentException expected) {
      // It is not there, or another one requires it.
    }
  }

  private void add(String name) {
    try {
      it.add(spec(name));
    } catch (IllegalArgumentException expected) {
      // It is there already, or one that it names is not.
    }
  }

  // What holds.

  private void check() {
    Set<Long> shown = new HashSet<>();
    for (ServiceStatus service : it.board().status().services()) {
      for (ProcessStatus process : service.processes()) {
        process.identity().ifPresent(who -> shown.add(who.pid()));
        boolean up = process.state() == ProcessState.RUNNING;
        assertThat(process.identity().isPresent() || !up).as("%s is known", process).isTrue();
      }
    }
    assertThat(shown).containsAll(it.world().pids());
    for (long pid = 100; pid < 100 + 50; pid++) {
      assertThat(it.board().find(pid).isPresent()).isEqualTo(shown.contains(pid));
    }
  }

  // How it ends.

  private void goesWell() {
    for (String name : NAMES) {
      it.world().goesWell(name + "/one");
      it.world().goesWell(name + "/two");
    }
  }

  void startsAll() {
    goesWell();
    it.passes(LONG);
    for (String name : NAMES) {
      add(name);
    }
    if (isThere("batch")) {
      ask(() -> it.roster().remove("batch"));
      it.aSecond();
    }
    CompletableFuture<SupervisorStatus> up = it.wishes().startAll();
    it.passes(LONG);
    assertThat(up).isCompleted();
  }

  private boolean isThere(String name) {
    return it.board().status().services().stream().anyMatch(s -> s.name().equals(name));
  }

  List<ProcessState> states() {
    return it.board().status().services().stream().map(ServiceStatus::state).toList();
  }

  void stopsAll() {
    goesWell();
    ask(() -> it.wishes().stopAll());
    ending = true;
    it.passes(LONG);
  }

  void isAllDown() {
    check();
    assertThat(states()).isSubsetOf(ProcessState.INACTIVE);
    assertThat(it.world().isEmpty()).as("nothing lives").isTrue();
    assertThat(it.timers()).as("timers").isZero();
    assertThat(asked).allMatch(CompletableFuture::isDone, "is answered");
  }
}
