package io.luhproc.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.directory.ProcessDirectory;
import io.luhproc.engine.StartReply;
import io.luhproc.engine.WorkerKey;
import io.luhproc.engine.WorkerSpec;
import io.luhproc.engine.WorkerStatus;
import io.luhproc.log.LogStream;
import io.luhproc.process.ProcessEnd;
import io.luhproc.service.Cause;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.testing.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Services whose processes an engine runs. */
@Timeout(60)
class RemoteServiceTest extends RemoteServiceFixture {
  private ProcessSpec.Builder web(String... command) {
    return ProcessSpec.command("web", List.of(command)).minReadyTime(Duration.ZERO).remote(engine);
  }

  private void detachAndOpen() {
    shop.supervisor.detach();
    open();
  }

  @Test
  void processRunsOnEngineUntilItIsStopped() throws Exception {
    shop.add(web("RUN"));

    ProcessStatus started = shop.start().process("web");

    assertThat(started.state()).isEqualTo(ProcessState.RUNNING);
    assertThat(started.pid()).isEmpty();
    assertThat(started.startedAt()).isPresent();
    awaitPlace(engine + ", nowhere");
    ProcessStatus stopped = shop.stop().process("web");
    assertThat(stopped.state()).isEqualTo(ProcessState.INACTIVE);
    assertThat(stopped.place()).isEmpty();
    assertThat(place.open("any").info(WEB)).isEmpty();
    shop.assertStaysInactive("web");
    assertThat(place.started()).isEqualTo(1);
  }

  @Test
  void engineGetsVariablesOfProcessButNoDirectory() throws Exception {
    shop.add(
        ProcessSpec.task("web", SupervisedTasksMain.tasks().build(), "ECHO", "hello")
            .keepAlive()
            .env("COLOR", "red")
            .remote(engine));

    ServiceStatus ignored = shop.start();

    WorkerSpec spec = place.specOf(new WorkerKey(Optional.of("shop"), "ECHO", "web"));
    assertThat(spec.environment())
        .containsOnlyKeys("COLOR", "ECHO", "LUHPROC_ID", "LUHPROC_ENGINE_WORKER")
        .containsEntry("ECHO", "1")
        .containsEntry("LUHPROC_ID", "web");
    assertThat(spec.inherited())
        .doesNotContainKeys("ECHO", "LUHPROC_ID", "LUHPROC_DIR", "LUHPROC_LAUNCH");
    assertThat(spec.command()).endsWith("hello");
  }

  @Test
  void restartPolicyAppliesToExitCode() throws Exception {
    shop.add(
        web("EXIT_7")
            .minReadyTime(Duration.ofMinutes(1))
            .restart(SupervisorFixture.immediateRestart().maxRetries(2)));

    assertThat(shop.startFailure()).contains("exit code 7");

    shop.await("web", ProcessState.FAILED);
    assertThat(place.started()).isEqualTo(3);
    assertThat(shop.status("web").lastExit().flatMap(it -> asOptional(it.exitCode()))).contains(7);
  }

  private static Optional<Integer> asOptional(OptionalInt code) {
    return code.isPresent() ? Optional.of(code.getAsInt()) : Optional.empty();
  }

  @Test
  void programThatIsMissingFailsTheStart() {
    shop.add(web("PROGRAM_MISSING").oneshot());

    assertThat(shop.startFailure()).contains("cannot be started");
  }

  @Test
  void refusedStartFailsWithoutRetries() {
    shop.add(web("REFUSED"));

    assertThat(shop.startFailure()).contains("refuses the command");
    assertThat(shop.state("web")).isEqualTo(ProcessState.FAILED);
  }

  @Test
  void startWhoseDesiredStateCannotBeRecordedFails() throws Exception {
    shop.add(web("RUN").oneshot());
    ProcessDirectory directory = ProcessDirectory.at(shop.status("web").directory());
    assertThat(directory.create()).isTrue();
    Path inTheWay = Files.createDirectory(directory.path().resolve("desired-state"));

    assertThat(shop.startFailure()).contains("cannot read", "desired-state");

    assertThat(place.started()).isZero();
    Files.delete(inTheWay);
  }

  @Test
  void missingEngineFailsTheStart() {
    shop.add(ProcessSpec.command("web", "true").remote("nosuch:place"));

    assertThat(shop.startFailure()).contains("cannot open engine nosuch:place");
  }

  @Test
  void localServiceWaitsForSuccessOfRemoteOne() throws Exception {
    shop.add(web("RUN").oneshot());
    shop.supervisor.add(
        ServiceSpec.named("local")
            .process(ProcessSpec.command("main", "sleep", "1000"))
            .requires("shop")
            .build());

    CompletableFuture<ServiceStatus> started = shop.supervisor.start("local");

    shop.await("web", ProcessState.RUNNING);
    assertThat(shop.supervisor.status("local").process("main").pid()).isEmpty();
    place.exit(WEB, 0);
    assertThat(started.get(30, TimeUnit.SECONDS).process("main").pid()).isPresent();
  }

  @Test
  void remoteServiceFailsWithRequiredLocalOne() {
    shop.add(web("RUN"));
    shop.supervisor.add(
        ServiceSpec.named("local").process(ProcessSpec.command("main", "false").oneshot()).build());
    shop.supervisor.add(
        ServiceSpec.named("far")
            .process(ProcessSpec.command("web", "RUN").remote(engine))
            .requires("local")
            .build());

    String failure = SupervisorFixture.startFailure(() -> shop.supervisor.start("far").get());

    assertThat(failure).contains("local");
    assertThat(place.started()).isZero();
  }

  @Test
  void nextSupervisorAdoptsProcessAndSeesItsExitCode() throws Exception {
    shop.add(web("RUN").restart(RestartPolicy.never()));
    ServiceStatus ignored = shop.start();

    detachAndOpen();
    shop.add(web("RUN").restart(RestartPolicy.never()));

    shop.await("web", ProcessState.RUNNING);
    awaitPlace("nowhere");
    place.print(WEB, LogStream.OUT, "after the adoption");
    shop.awaitOutput("web", "after the adoption");
    place.exit(WEB, 7);
    shop.await("web", ProcessState.FAILED);
    assertThat(shop.status("web").lastExit().map(ProcessEnd::exitCode)).contains(OptionalInt.of(7));
    assertThat(place.started()).isEqualTo(1);
    assertThat(shop.output("web")).containsOnlyOnce("running");
  }

  @Test
  void desiredStateIsUpAfterEachStop() throws Exception {
    shop.add(web("RUN"));
    for (int i = 0; i < 50; i++) {
      Path directory = shop.start().process("web").directory();

      assertThat(ProcessDirectory.at(directory).isDesiredUp()).isTrue();

      ServiceStatus ignored = shop.stop();
    }
  }

  @Test
  void nextSupervisorSeesExitThatNoneWatched() throws Exception {
    shop.add(web("RUN"));
    ServiceStatus ignored = shop.start();
    shop.supervisor.detach();
    place.exit(WEB, 0);

    open();
    shop.add(web("RUN"));

    shop.await("web", ProcessState.EXITED);
    assertThat(place.started()).isEqualTo(1);
  }

  @Test
  void nextSupervisorKnowsEndThatEngineHasForgotten() throws Exception {
    shop.add(web("EXIT_7").oneshot().restart(RestartPolicy.never()));
    CompletableFuture<ServiceStatus> ignored = shop.supervisor.start("shop");
    shop.await("web", ProcessState.FAILED);
    shop.supervisor.detach();
    place.forget(WEB);

    open();
    shop.add(web("EXIT_7").oneshot().restart(RestartPolicy.never()));

    shop.await("web", ProcessState.FAILED);
    assertThat(shop.status("web").cause().orElseThrow().detail()).contains("exit code 7");
    assertThat(place.started()).isEqualTo(1);
  }

  @Test
  void exhaustedMemoryIsTheCause() {
    shop.add(web("RUN_OUT_OF_MEMORY").oneshot().restart(RestartPolicy.never()));

    CompletableFuture<ServiceStatus> ignored = shop.supervisor.start("shop");

    shop.await("web", ProcessState.FAILED);
    assertThat(shop.status("web").cause().map(Cause::kind)).contains(Cause.Kind.OUT_OF_MEMORY);
  }

  @Test
  void startWithoutAnswerIsRepeatedAsTheSameStart() throws Exception {
    shop.add(web("RUN"));
    place.loseNextReply();

    assertThat(shop.start().process("web").state()).isEqualTo(ProcessState.RUNNING);

    assertThat(place.started()).isEqualTo(1);
  }

  @Test
  void nextSupervisorRepeatsStartThatWasNotAnswered() throws Exception {
    shop.add(web("RUN"));
    place.setAnswering(false);
    CompletableFuture<ServiceStatus> ignored = shop.supervisor.start("shop");
    awaitPlace("no answer since");
    assertThat(shop.state("web")).isEqualTo(ProcessState.STARTING);
    shop.supervisor.detach();
    place.setAnswering(true);

    open();
    shop.add(web("RUN"));

    shop.await("web", ProcessState.RUNNING);
    assertThat(place.started()).isEqualTo(1);
  }

  @Test
  void stopWaitsForEngineThatDoesNotAnswer() throws Exception {
    shop.add(web("RUN"));
    ServiceStatus ignored = shop.start();
    place.setAnswering(false);

    CompletableFuture<ServiceStatus> stopped = shop.supervisor.stop("shop");

    awaitPlace("no answer since");
    assertThat(shop.state("web")).isEqualTo(ProcessState.STOPPING);
    place.setAnswering(true);
    assertThat(stopped.get(30, TimeUnit.SECONDS).process("web").state())
        .isEqualTo(ProcessState.INACTIVE);
    assertThat(place.open("any").info(WEB)).isEmpty();
  }

  @Test
  void lostProcessIsShownAndNotRestarted() throws Exception {
    shop.add(web("RUN").restart(SupervisorFixture.immediateRestart()));
    ServiceStatus ignored = shop.start();

    place.lose(WEB);

    awaitPlace("lost");
    assertThat(shop.state("web")).isEqualTo(ProcessState.RUNNING);
    assertThat(place.started()).isEqualTo(1);
  }

  @Test
  void processThatEngineReplacedByAnotherRunHasEnded() throws Exception {
    shop.add(web("RUN").restart(RestartPolicy.never()));
    ServiceStatus ignored = shop.start();
    WorkerSpec sameStart = place.specOf(WEB);

    place.forget(WEB);
    StartReply other = place.open("luhproc-services").start(sameStart);

    shop.await("web", ProcessState.FAILED);
    assertThat(shop.status("web").cause().map(Cause::kind)).contains(Cause.Kind.UNKNOWN);
    assertThat(place.open("any").info(WEB).map(WorkerStatus::incarnation))
        .contains(other.status().incarnation());
  }

  @Test
  void startThatWaitsForPlaceIsShownAndStopped() throws Exception {
    shop.add(web("NEVER_PLACED"));
    CompletableFuture<ServiceStatus> ignored = shop.supervisor.start("shop");
    awaitPlace("waiting: no place is free");
    assertThat(shop.state("web")).isEqualTo(ProcessState.STARTING);

    assertThat(shop.stop().process("web").state()).isEqualTo(ProcessState.INACTIVE);

    assertThat(place.open("any").info(WEB)).isEmpty();
    assertThat(place.started()).isEqualTo(1);
  }

  @Test
  void startThatIsNotPlacedInTimeFails() {
    shop.add(
        web("NEVER_PLACED").startTimeout(Duration.ofMillis(300)).restart(RestartPolicy.never()));

    assertThat(shop.startFailure()).contains("was not up within 300ms");

    assertThat(shop.status("web").cause().map(Cause::kind)).contains(Cause.Kind.START_TIMEOUT);
    assertThat(place.open("any").info(WEB)).isEmpty();
  }

  @Test
  void logIsCopiedOnceToItsLastLine() throws Exception {
    shop.add(web("WRITE_LINES").oneshot());

    ServiceStatus ignored = shop.start();

    shop.await("web", ProcessState.EXITED);
    assertThat(shop.output("web")).containsOnlyOnce("out 200\n");
    assertThat(shop.status("web").directory().resolve("err.log")).hasContent("err 1\n");
  }

  @Test
  void lastLinesAreAwaitedAfterTheEnd() throws Exception {
    shop.add(web("WRITE_LINES").oneshot());
    place.holdLogs(true);
    CompletableFuture<ServiceStatus> ignored = shop.supervisor.start("shop");
    Eventually.holds("the engine accepts the start", () -> place.started() == 1);
    int listed = place.listed();

    Eventually.holds("the end is reported", () -> place.listed() > listed + 3);
    place.holdLogs(false);

    shop.await("web", ProcessState.EXITED);
    assertThat(shop.output("web")).containsOnlyOnce("out 200\n");
  }

  @Test
  void lastWordsOfStoppedProcessAreKept() throws Exception {
    shop.add(web("SAY_GOODBYE"));
    ServiceStatus ignored = shop.start();

    ServiceStatus stopped = shop.stop();

    assertThat(stopped.process("web").state()).isEqualTo(ProcessState.INACTIVE);
    assertThat(shop.output("web")).containsOnlyOnce("last words");
  }

  @Test
  void processThatAnotherStarterRunsIsNotTaken() {
    startElsewhere();
    shop.add(web("RUN").oneshot());

    assertThat(shop.startFailure()).contains("started by another supervisor or app");

    assertThat(place.open("other").info(WEB).orElseThrow().token()).isEqualTo("other-token");
  }

  @Test
  void signalsAndPausesAreRefused() throws Exception {
    shop.add(web("RUN"));
    ServiceStatus ignored = shop.start();

    assertThatThrownBy(() -> shop.supervisor.signal("shop", "HUP").get())
        .hasMessageContaining("engines send no signals");
    assertThatThrownBy(() -> shop.supervisor.pause("shop").get())
        .hasMessageContaining("engines do not pause");
  }

  @Test
  void updateMovesProcessToThisMachineAndBack() throws Exception {
    shop.add(web("sleep", "1000"));
    ServiceStatus ignored = shop.start();
    ProcessSpec.Builder local =
        ProcessSpec.command("web", "sleep", "1000").minReadyTime(Duration.ZERO);

    ServiceStatus moved = update(local);

    assertThat(moved.process("web").pid()).isPresent();
    assertThat(moved.process("web").place()).isEmpty();
    assertThat(place.open("any").info(WEB)).isEmpty();
    assertThat(update(web("sleep", "1000")).process("web").pid()).isEmpty();
    assertThat(shop.tree("web")).isEmpty();
    assertThat(place.started()).isEqualTo(2);
  }

  private ServiceStatus update(ProcessSpec.Builder web) throws Exception {
    ServiceSpec spec = ServiceSpec.named("shop").directory(folder).process(web).build();
    return shop.supervisor.update(spec).get(30, TimeUnit.SECONDS);
  }

  @Test
  void nextSupervisorStopsProcessThatItsServiceNoLongerHas() throws Exception {
    shop.add(web("RUN"));
    Path directory = shop.start().process("web").directory();

    detachAndOpen();
    shop.add(ProcessSpec.command("other", "true"));

    assertThat(directory).doesNotExist();
    assertThat(place.open("any").info(WEB).filter(it -> it.end().isEmpty())).isEmpty();
  }

  @Test
  void runOfAnotherStarterIsLeftWhenServiceNoLongerHasTheProcess() throws Exception {
    shop.add(web("RUN"));
    Path directory = shop.start().process("web").directory();
    shop.supervisor.detach();
    place.forget(WEB);
    startElsewhere();

    open();
    shop.add(ProcessSpec.command("other", "true"));

    assertThat(directory).doesNotExist();
    assertThat(place.open("any").info(WEB).orElseThrow().end()).isEmpty();
  }

  @Test
  void detachedSupervisorCopiesNoLog() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    shop.add(web("RUN"));
    ServiceStatus ignored = shop.start();
    shop.awaitOutput("web", "running");

    shop.supervisor.detach();

    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(it -> !before.contains(it))
        .extracting(Thread::getName)
        .noneMatch(it -> it.contains("log-mirror"));
  }

  @Test
  void removedServiceLeavesNothingOnEngine() throws Exception {
    shop.add(web("RUN"));
    Path directory = shop.start().process("web").directory();

    ServiceStatus ignored = shop.supervisor.remove("shop").get(30, TimeUnit.SECONDS);

    assertThat(place.open("any").info(WEB)).isEmpty();
    assertThat(directory).doesNotExist();
  }
}
