package io.luhproc.supervisor.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.service.ProcessState;
import io.luhproc.service.Readiness;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.RestartStrategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Random events in random order; a failure is shrunk to the fewest events. */
class RandomEventsTest {
  private static final int PROCESSES = 3;
  private static final Set<String> ALL = Set.of("web-1", "web-2", "web-3");
  // Enough for everything to settle.
  private static final int MAX_ROUNDS = 200;

  private enum EventKind {
    START,
    START_ALL,
    STOP,
    STOP_ALL,
    KILL,
    RESTART,
    DEPENDENCIES_SATISFIED,
    DEPENDENCIES_WAITING,
    DEPENDENCIES_FAILED,
    LAUNCHED,
    LAUNCH_FAILED,
    EXITS_ZERO,
    EXITS_NONZERO,
    NEVER_RESTART,
    TREE_TERMINATED,
    TREE_UNKILLABLE,
    REPORTS_READY,
    REPORTS_LEAVING,
    HEALTHY,
    UNHEALTHY,
    MEMORY_LIMIT_EXCEEDED,
    TIME_PASSES,
    STALE_EVENT
  }

  private record RandomEvent(EventKind kind, int process) {}

  @Provide
  Arbitrary<List<RandomEvent>> events() {
    Arbitrary<RandomEvent> event =
        Combinators.combine(Arbitraries.of(EventKind.class), Arbitraries.integers().between(0, 2))
            .as(RandomEvent::new);
    return event.list().ofMaxSize(60);
  }

  @Provide
  Arbitrary<PolicyBuilder> rules() {
    Arbitrary<RestartPolicy> policies =
        Arbitraries.of(
            RestartPolicy.always(),
            RestartPolicy.onFailure().delay(Duration.ZERO),
            RestartPolicy.onFailure().maxRetries(2),
            RestartPolicy.never());
    Arbitrary<Boolean> flags = Arbitraries.of(true, false);
    return Combinators.combine(policies, Arbitraries.of(RestartStrategy.class), flags, flags, flags)
        .as(RandomEventsTest::rules);
  }

  private static PolicyBuilder rules(
      RestartPolicy policy,
      RestartStrategy strategy,
      boolean checked,
      boolean limited,
      boolean reported) {
    PolicyBuilder builder = PolicyBuilder.of(policy).processes(PROCESSES, strategy);
    if (reported) {
      builder = builder.with(process -> process.ready(Readiness.sdNotify()));
    }
    PolicyBuilder watched = checked ? builder.withHealthCheck(true) : builder;
    return limited ? watched.intensity(3, Duration.ofSeconds(5)) : watched;
  }

  @Property(tries = 3000)
  void processNeverRunsTwiceAndStopIsFinal(
      @ForAll("rules") PolicyBuilder policy, @ForAll("events") List<RandomEvent> events) {
    Simulation scenario = new Simulation(policy);
    events.forEach(scenario::apply);
    scenario.handle(new FsmEvent.Stop(ALL, "stopped"));
    scenario.runUntilIdle();
    scenario.assertAllInactive();
  }

  @Property(tries = 3000)
  void everyProcessSettlesOnceFailuresCease(
      @ForAll("rules") PolicyBuilder policy, @ForAll("events") List<RandomEvent> events) {
    Simulation scenario = new Simulation(policy);
    events.forEach(scenario::apply);
    scenario.handle(new FsmEvent.DependenciesChanged(new DependencyState.Satisfied()));
    scenario.runUntilIdle();
    assertThat(scenario.states())
        .isSubsetOf(
            ProcessState.INACTIVE, ProcessState.RUNNING, ProcessState.EXITED, ProcessState.FAILED);
    scenario.handle(new FsmEvent.Start(ALL, "started"));
    scenario.runUntilIdle();
    assertThat(scenario.states()).containsOnly(ProcessState.RUNNING);
  }

  /** A service with simulated processes. */
  private static final class Simulation {
    private final List<SimulatedProcess> processes = new ArrayList<>();
    private final Set<String> stopped = new HashSet<>(ALL);
    private final boolean checked;
    private ServiceFsmState current;
    private Duration now = Duration.ZERO;

    Simulation(PolicyBuilder policy) {
      this.current = policy.initial();
      this.checked = policy.build().processes().get(0).health().isPresent();
      IntStream.range(0, PROCESSES)
          .mapToObj(PolicyBuilder::name)
          .forEach(it -> processes.add(new SimulatedProcess(it)));
    }

    void apply(RandomEvent event) {
      SimulatedProcess simulated = processes.get(event.process());
      Set<String> one = Set.of(PolicyBuilder.name(event.process()));
      Optional<FsmEvent> fsmEvent =
          switch (event.kind()) {
            case START -> Optional.of(new FsmEvent.Start(one, "started"));
            case START_ALL -> Optional.of(new FsmEvent.Start(ALL, "started"));
            case STOP -> Optional.of(new FsmEvent.Stop(one, "stopped"));
            case STOP_ALL -> Optional.of(new FsmEvent.Stop(ALL, "stopped"));
            case KILL -> Optional.of(new FsmEvent.Kill(one, "killed"));
            case RESTART -> Optional.of(new FsmEvent.Restart(one, "restarted"));
            case DEPENDENCIES_SATISFIED ->
                Optional.of(new FsmEvent.DependenciesChanged(new DependencyState.Satisfied()));
            case DEPENDENCIES_WAITING ->
                Optional.of(
                    new FsmEvent.DependenciesChanged(new DependencyState.Waiting(List.of("db"))));
            case DEPENDENCIES_FAILED ->
                Optional.of(
                    new FsmEvent.DependenciesChanged(new DependencyState.Failed("db", "gone")));
            case LAUNCHED -> simulated.completeLaunch();
            case LAUNCH_FAILED -> simulated.failLaunch();
            case EXITS_ZERO -> simulated.exit(0);
            case EXITS_NONZERO -> simulated.exit(1);
            case NEVER_RESTART -> simulated.exit(125);
            case TREE_TERMINATED -> simulated.completeStop();
            case TREE_UNKILLABLE -> simulated.failStop();
            case REPORTS_READY -> simulated.reportReady();
            case REPORTS_LEAVING -> simulated.reportLeaving();
            case HEALTHY -> simulated.reportHealth(true);
            case UNHEALTHY -> simulated.reportHealth(false);
            case MEMORY_LIMIT_EXCEEDED -> simulated.exceedMemoryLimit();
            case TIME_PASSES -> advance(simulated);
            case STALE_EVENT -> simulated.staleEvent(Math.max(0, generation(event.process()) - 1));
          };
      fsmEvent.ifPresent(this::handle);
    }

    private Optional<FsmEvent> advance(SimulatedProcess simulated) {
      simulated.timer().ifPresent(it -> now = it.dueAt().compareTo(now) > 0 ? it.dueAt() : now);
      return simulated.fireTimer();
    }

    private long generation(int process) {
      return current.processes().get(process).generation();
    }

    void handle(FsmEvent event) {
      trackRequests(event);
      Transition transition = ServiceStateMachine.transition(current, event, now, () -> 1);
      TransitionInvariants.check(current, event, transition);
      current = transition.next();
      for (Effect effect : transition.effects()) {
        Effect.OnProcess onProcess = (Effect.OnProcess) effect;
        if (effect instanceof Effect.Launch) {
          assertThat(stopped).as("stopped, and launched").doesNotContain(onProcess.process());
        }
        processes.get(List.copyOf(current.names()).indexOf(onProcess.process())).apply(effect);
      }
    }

    private void trackRequests(FsmEvent event) {
      if (event instanceof FsmEvent.Request request) {
        boolean ignored =
            request instanceof FsmEvent.DownRequest
                ? stopped.addAll(request.processes())
                : stopped.removeAll(request.processes());
      }
    }

    /** Answers everything with success until nothing happens any more. */
    void runUntilIdle() {
      boolean busy = true;
      for (int round = 0; busy; round++) {
        assertThat(round).as("rounds without settling").isLessThan(MAX_ROUNDS);
        busy = false;
        for (SimulatedProcess simulated : processes) {
          busy |= completeNext(simulated);
        }
      }
    }

    private boolean completeNext(SimulatedProcess simulated) {
      Optional<FsmEvent> next =
          simulated
              .completeLaunch()
              .or(simulated::completeStop)
              .or(() -> needsReport(simulated) ? simulated.reportReady() : Optional.empty())
              .or(() -> needsHealth(simulated) ? simulated.reportHealth(true) : Optional.empty())
              .or(() -> advance(simulated));
      next.ifPresent(this::handle);
      return next.isPresent();
    }

    private boolean needsReport(SimulatedProcess simulated) {
      ProcessFsmState processState = current.processes().get(processes.indexOf(simulated));
      return processState.state() == ProcessState.STARTING && !processState.isReady();
    }

    private boolean needsHealth(SimulatedProcess simulated) {
      ProcessFsmState processState = current.processes().get(processes.indexOf(simulated));
      return processState.state() == ProcessState.STARTING && checked;
    }

    List<ProcessState> states() {
      return current.processes().stream().map(ProcessFsmState::state).toList();
    }

    void assertAllInactive() {
      assertThat(states()).containsOnly(ProcessState.INACTIVE);
      assertThat(processes)
          .as("processes that are gone and have no timer")
          .allMatch(SimulatedProcess::isEmpty);
      assertThat(current.restartGroup()).isEmpty();
    }
  }
}
