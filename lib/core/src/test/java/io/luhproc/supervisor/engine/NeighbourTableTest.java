package io.luhproc.supervisor.engine;

import static io.luhproc.supervisor.engine.VirtualSupervisor.process;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.ProcessEnd;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceSpec;
import io.luhproc.supervisor.state.RecoveredProcess;
import io.luhproc.supervisor.state.RecoveredProcess.Trace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Requests for one of two services, in every state of both: services that conflict, and a service
 * that requires the other. A cell shows the state in which each of them ends, once nothing fails
 * any more. Every future completes.
 */
class NeighbourTableTest {
  private static final List<String> STATES =
      List.of(
          "inactive",
          "launching",
          "starting",
          "running",
          "backoff",
          "stopping",
          "exited",
          "failed",
          "stuck");

  private final List<CompletableFuture<?>> replies = new ArrayList<>();

  private static ServiceSpec.Builder spec(String name, String state) {
    return spec(name, state, "");
  }

  private static ServiceSpec.Builder spec(String name, String state, String version) {
    RestartPolicy policy =
        state.equals("failed") ? RestartPolicy.never() : RestartPolicy.onFailure().jitter(0);
    ProcessSpec.Builder process =
        process("it").minReadyTime(Duration.ofMillis(50)).restart(policy).env("V", version);
    return ServiceSpec.named(name).process(process);
  }

  /** Starts a service and brings it into a state. */
  private void bring(VirtualSupervisor supervisor, String name, String state) {
    if (state.equals("inactive")) {
      return;
    }
    // Launching takes 40 ms, and each further answer 10 ms.
    supervisor.runtime().setReplyDelay(() -> Duration.ofMillis(40));
    replies.add(supervisor.start(name));
    supervisor.runtime().setReplyDelay(() -> Duration.ofMillis(10));
    String process = name + "/it";
    switch (state) {
      case "launching" -> {}
      case "starting" -> supervisor.advance(Duration.ofMillis(50));
      case "running" -> supervisor.advance(Duration.ofMillis(200));
      case "backoff", "failed", "exited" -> {
        supervisor.advance(Duration.ofMillis(200));
        assertThat(supervisor.runtime().exit(process, state.equals("exited") ? 0 : 1)).isTrue();
        supervisor.advance(Duration.ofMillis(30));
      }
      case "stopping" -> {
        supervisor.advance(Duration.ofMillis(200));
        replies.add(supervisor.stop(name));
      }
      case "stuck" -> {
        supervisor.advance(Duration.ofMillis(200)).runtime().makeUnkillable(process);
        replies.add(supervisor.stop(name));
        supervisor.advance(Duration.ofMillis(30));
        state = "failed";
      }
      default -> throw new IllegalArgumentException(state);
    }
    ProcessState expected =
        state.equals("launching")
            ? ProcessState.STARTING
            : ProcessState.valueOf(state.toUpperCase(Locale.ROOT));
    supervisor.assertState(name, expected);
  }

  private static String state(VirtualSupervisor supervisor, String name) {
    return supervisor.state(name).toString().toLowerCase(Locale.ROOT);
  }

  /** Lets 10 minutes pass; for the first second, what is unkillable stays so. */
  private String settle(VirtualSupervisor supervisor, boolean conflict, String... names) {
    for (int step = 0; step < 200; step++) {
      supervisor.advance(Duration.ofMillis(5));
      if (conflict) {
        assertAtMostOneAlive(supervisor, names);
      }
    }
    supervisor.advanceOneSecond();
    List.of(names).forEach(name -> supervisor.runtime().clearFailures(name + "/it"));
    supervisor.advance(Duration.ofMinutes(10));
    if (conflict) {
      assertAtMostOneAlive(supervisor, names);
    }
    assertThat(replies)
        .as(() -> supervisor.statuses().status() + " " + supervisor.events())
        .allMatch(CompletableFuture::isDone, "is completed");
    StringBuilder cell = new StringBuilder();
    for (String name : names) {
      cell.append(cell.isEmpty() ? "" : " ").append(state(supervisor, name).substring(0, 3));
    }
    return cell.toString();
  }

  /** Both may be alive only until an update has ended one of them, or if it fails. */
  private void assertAtMostOneAlive(VirtualSupervisor supervisor, String... names) {
    CompletableFuture<?> last = replies.get(replies.size() - 1);
    boolean pending = !last.isDone() || last.isCompletedExceptionally();
    long alive =
        List.of(names).stream().filter(it -> supervisor.runtime().exists(it + "/it")).count();
    assertThat(alive).as("alive").isLessThanOrEqualTo(pending ? 2 : 1);
  }

  private static String table(
      List<String> rows, List<String> columns, BiFunction<String, String, String> cell) {
    StringBuilder table = new StringBuilder(row("", columns));
    for (String first : rows) {
      table.append(row(first, columns.stream().map(it -> cell.apply(first, it)).toList()));
    }
    return table.toString();
  }

  private static String row(String name, List<String> cells) {
    StringBuilder row = new StringBuilder("%-18s".formatted(name));
    cells.forEach(it -> row.append("%-10s".formatted(it)));
    return row.toString().stripTrailing() + "\n";
  }

  // Conflicts. A row is the state of the service that is requested, a column that of the other.

  private String conflict(
      String state, String other, Function<VirtualSupervisor, CompletableFuture<?>> request) {
    VirtualSupervisor supervisor = new VirtualSupervisor();
    replies.clear();
    supervisor.add(spec("a", state).conflicts("b"), spec("b", other));
    bring(supervisor, "b", other);
    replies.add(request.apply(supervisor));
    return settle(supervisor, true, "a", "b");
  }

  @Test
  void startAndRestartStopConflictingServiceInEveryState() {
    assertThat(
            table(
                List.of("start", "restart"),
                STATES,
                (request, other) ->
                    conflict(
                        "inactive",
                        other,
                        it -> request.equals("start") ? it.start("a") : it.restart("a"))))
        .isEqualTo(
            """
                              inactive  launching starting  running   backoff   stopping  exited    failed    stuck
            start             run ina   run ina   run ina   run ina   run ina   run ina   run ina   run ina   run ina
            restart           run ina   run ina   run ina   run ina   run ina   run ina   run ina   run ina   run ina
            """);
  }

  @Test
  void updateThatAddsConflictLeavesOneAliveInEveryStateOfBoth() {
    String actual =
        table(
            STATES,
            STATES,
            (state, other) -> {
              VirtualSupervisor supervisor = new VirtualSupervisor();
              replies.clear();
              supervisor.add(spec("a", state), spec("b", other));
              bring(supervisor, "b", other);
              if (other.equals("launching") && !state.equals("inactive")) {
                bring(supervisor, "a", "launching".equals(state) ? state : "inactive");
              }
              bring(supervisor, "a", state);
              replies.add(
                  supervisor.registry().update(spec("a", state, "2").conflicts("b").build()));
              return settle(supervisor, true, "a", "b");
            });
    assertThat(actual)
        .isEqualTo(
            """
                              inactive  launching starting  running   backoff   stopping  exited    failed    stuck
            inactive          ina ina   ina run   ina run   ina run   ina run   ina ina   ina exi   ina fai   ina ina
            launching         run ina   run ina   run ina   run ina   run ina   run ina   run ina   run ina   run ina
            starting          run ina   run ina   run ina   run ina   run ina   run ina   run ina   run ina   run ina
            running           run ina   run ina   run ina   run ina   run ina   run ina   run ina   run ina   run ina
            backoff           run ina   run ina   run ina   run ina   run ina   run ina   run ina   run ina   run ina
            stopping          ina ina   ina run   ina run   ina run   ina run   ina ina   ina exi   ina fai   ina ina
            exited            run ina   run ina   run ina   run ina   run ina   run ina   run ina   run ina   run ina
            failed            run ina   run ina   run ina   run ina   run ina   run ina   run ina   run ina   run ina
            stuck             ina ina   ina run   ina run   ina run   ina run   ina ina   ina exi   ina fai   ina ina
            """);
  }

  private static RecoveredProcess recovered(String what, VirtualSupervisor supervisor) {
    return switch (what) {
      case "alive" ->
          new RecoveredProcess(
              true,
              Trace.ALIVE,
              Optional.of(supervisor.runtime().newRunningProcess()),
              false,
              false,
              Optional.empty(),
              "former");
      case "blocked" ->
          new RecoveredProcess(
              true, Trace.NONE, Optional.empty(), false, false, Optional.empty(), "");
      case "exited" ->
          new RecoveredProcess(
              true,
              Trace.LAUNCHED,
              Optional.empty(),
              false,
              false,
              Optional.of(ProcessEnd.ofExitStatus(Instant.EPOCH, 1)),
              "former");
      case "stopping" ->
          new RecoveredProcess(
              false,
              Trace.ALIVE,
              Optional.of(supervisor.runtime().newRunningProcess()),
              false,
              false,
              Optional.empty(),
              "former");
      default -> RecoveredProcess.NONE;
    };
  }

  @Test
  void adoptionLeavesEarlierOfConflictingServicesAlive() {
    List<String> traces = List.of("nothing", "alive", "blocked", "exited", "stopping");
    String actual =
        table(
            traces,
            traces,
            (first, second) -> {
              VirtualSupervisor supervisor = new VirtualSupervisor();
              replies.clear();
              replies.add(CompletableFuture.completedFuture(null));
              supervisor.runtime().addRecovered("a/it", recovered(first, supervisor));
              supervisor.runtime().addRecovered("b/it", recovered(second, supervisor));
              supervisor.add(spec("a", "running"), spec("b", "running").conflicts("a"));
              supervisor.advance(Duration.ofMillis(30));
              return settle(supervisor, true, "a", "b");
            });
    assertThat(actual)
        .isEqualTo(
            """
                              nothing   alive     blocked   exited    stopping
            nothing           ina ina   ina run   ina run   ina run   ina ina
            alive             run ina   run ina   run ina   run ina   run ina
            blocked           run ina   run ina   run ina   run ina   run ina
            exited            run ina   run ina   run ina   run ina   run ina
            stopping          ina ina   ina run   ina run   ina run   ina ina
            """);
  }

  // Dependencies. A row is a request for a service, a column the state of its dependent.

  private void request(VirtualSupervisor supervisor, String request) {
    CompletableFuture<?> reply =
        switch (request) {
          case "start" -> supervisor.start("db");
          case "stop" -> supervisor.stop("db");
          case "restart" -> supervisor.restart("db");
          case "kill" -> supervisor.operations().kill(ProcessSelector.of("db"));
          case "update" -> supervisor.registry().update(spec("db", "running", "2").build());
          case "start-w" -> supervisor.start("web");
          case "stop-w" -> supervisor.stop("web");
          case "restart-w" -> supervisor.restart("web");
          case "update-w" ->
              supervisor.registry().update(spec("web", "running", "2").requires("db").build());
          default -> throw new IllegalArgumentException(request);
        };
    replies.add(reply);
  }

  private String dependent(String requests, String state) {
    VirtualSupervisor supervisor = new VirtualSupervisor();
    replies.clear();
    supervisor.add(spec("db", "running"), spec("web", state).requires("db"));
    bring(supervisor, "db", "running");
    bring(supervisor, "web", state);
    supervisor.runtime().setReplyDelay(() -> Duration.ofMillis(20));
    for (String request : requests.split(",", -1)) {
      request(supervisor, request);
      supervisor.advance(Duration.ofMillis(5));
    }
    return settle(supervisor, false, "db", "web");
  }

  @Test
  void everyRequestForServiceEndsWellInEveryStateOfItsDependent() {
    List<String> requests =
        List.of(
            "stop",
            "kill",
            "restart",
            "update",
            "stop,start",
            "stop,restart",
            "restart,stop",
            "restart,start",
            "restart,restart",
            "restart,update",
            "update,restart",
            "restart,kill",
            "restart,start-w",
            "restart,stop-w",
            "restart,restart-w",
            "restart,update-w",
            "stop,start-w",
            "stop,restart-w",
            "update,stop-w");
    String actual = table(requests, STATES, this::dependent);
    assertThat(actual)
        .isEqualTo(
            """
                              inactive  launching starting  running   backoff   stopping  exited    failed    stuck
            stop              ina ina   ina ina   ina ina   ina ina   ina ina   ina ina   ina ina   ina ina   ina ina
            kill              ina ina   ina ina   ina ina   ina ina   ina ina   ina ina   ina ina   ina ina   ina ina
            restart           run ina   run run   run run   run run   run run   run ina   run run   run run   run ina
            update            run ina   run run   run run   run run   run run   run ina   run exi   run fai   run ina
            stop,start        run ina   run ina   run ina   run ina   run ina   run ina   run ina   run ina   run ina
            stop,restart      run ina   run ina   run ina   run ina   run ina   run ina   run ina   run ina   run ina
            restart,stop      ina ina   ina ina   ina ina   ina ina   ina ina   ina ina   ina ina   ina ina   ina ina
            restart,start     run ina   run run   run run   run run   run run   run ina   run run   run run   run ina
            restart,restart   run ina   run run   run run   run run   run run   run ina   run run   run run   run ina
            restart,update    run ina   run run   run run   run run   run run   run ina   run run   run run   run ina
            update,restart    run ina   run run   run run   run run   run run   run ina   run run   run run   run ina
            restart,kill      ina ina   ina ina   ina ina   ina ina   ina ina   ina ina   ina ina   ina ina   ina ina
            restart,start-w   run run   run run   run run   run run   run run   run run   run run   run run   run run
            restart,stop-w    run ina   run ina   run ina   run ina   run ina   run ina   run ina   run ina   run ina
            restart,restart-w run run   run run   run run   run run   run run   run run   run run   run run   run run
            restart,update-w  run ina   run run   run run   run run   run run   run ina   run run   run run   run ina
            stop,start-w      run run   run run   run run   run run   run run   run run   run run   run run   run run
            stop,restart-w    run run   run run   run run   run run   run run   run run   run run   run run   run run
            update,stop-w     run ina   run ina   run ina   run ina   run ina   run ina   run ina   run ina   run ina
            """);
  }
}
