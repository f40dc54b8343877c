package io.luhproc.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.log.LogStream;
import io.luhproc.service.Cause;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.Readiness;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceStatus;
import io.luhproc.testing.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A line of the log of a process on an engine reports that it is ready. */
@Timeout(60)
class RemoteReadinessTest extends RemoteServiceFixture {
  private static final String LINE = "listening on 80";
  private static final Duration SHORT = Duration.ofMillis(500);

  private ProcessSpec.Builder web(String command) {
    return ProcessSpec.command("web", command)
        .ready(Readiness.logLine("listening on [0-9]+"))
        .restart(RestartPolicy.never())
        .remote(engine);
  }

  private CompletableFuture<ServiceStatus> startAndAwaitOutput() {
    CompletableFuture<ServiceStatus> started = shop.supervisor.start("shop");
    shop.awaitOutput("web", "running");
    awaitPlace("nowhere"); // It is launched.
    assertThat(shop.state("web")).isEqualTo(ProcessState.STARTING);
    return started;
  }

  private void detachAndOpen() {
    shop.supervisor.detach();
    open();
  }

  private static void assertRunning(CompletableFuture<ServiceStatus> started) throws Exception {
    assertThat(started.get(30, TimeUnit.SECONDS).state()).isEqualTo(ProcessState.RUNNING);
  }

  private void assertNoFollower() {
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(it -> it.contains("follow-shop"));
  }

  @Test
  void lineEndsTheStart() throws Exception {
    shop.add(web("RUN"));
    CompletableFuture<ServiceStatus> started = startAndAwaitOutput();
    assertThat(shop.supervisor.why("shop"))
        .contains("waits for a line of its output that matches listening on [0-9]+");

    place.print(WEB, LogStream.ERR, LINE);

    assertRunning(started);
  }

  @Test
  void lineBeforeEngineReportsThatItRunsCounts() throws Exception {
    shop.add(web("NEVER_PLACED"));
    CompletableFuture<ServiceStatus> started = shop.supervisor.start("shop");
    awaitPlace("waiting");
    place.print(WEB, LogStream.OUT, LINE);
    shop.awaitOutput("web", LINE);

    place.run(WEB);

    assertRunning(started);
  }

  @Test
  void exitBeforeTheLineFailsTheStart() {
    shop.add(web("EXIT_7"));

    assertThat(shop.startFailure()).contains("exit code 7");

    assertThat(shop.state("web")).isEqualTo(ProcessState.FAILED);
    assertNoFollower();
  }

  @Test
  void startTimeoutEndsTheWait() {
    shop.add(web("RUN").startTimeout(SHORT));

    assertThat(shop.startFailure()).contains("was not up within 500ms");

    assertThat(place.open("any").info(WEB)).isEmpty();
  }

  @Test
  void stopEndsTheWait() throws Exception {
    shop.add(web("RUN"));
    CompletableFuture<ServiceStatus> started = startAndAwaitOutput();

    assertThat(shop.stop().state()).isEqualTo(ProcessState.INACTIVE);

    assertThatThrownBy(() -> started.get(30, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class);
    assertThat(place.open("any").info(WEB)).isEmpty();
    assertNoFollower();
  }

  @Test
  void patternThatBacktracksForEverDelaysNoStop() throws Exception {
    shop.add(web("RUN").ready(Readiness.logLine("(.*a){20}x")));
    CompletableFuture<ServiceStatus> ignored = startAndAwaitOutput();
    String line = "a".repeat(60);
    place.print(WEB, LogStream.OUT, line);
    shop.awaitOutput("web", line);

    assertThat(shop.stop().state()).isEqualTo(ProcessState.INACTIVE);
    assertNoFollower();
  }

  @Test
  void lineOfEarlierLaunchDoesNotCount() throws Exception {
    shop.add(web("RUN"));
    becomeReady();
    ServiceStatus ignored = shop.stop();
    detachAndOpen();
    shop.add(web("RUN").startTimeout(SHORT));

    assertThat(shop.startFailure()).contains("was not up within 500ms");

    assertThat(place.started()).isEqualTo(2);
  }

  private void becomeReady() throws Exception {
    CompletableFuture<ServiceStatus> started = startAndAwaitOutput();
    place.print(WEB, LogStream.OUT, LINE);
    assertRunning(started);
  }

  @Test
  void processThatWasReadyIsAdoptedAsRunningWithoutItsEngine() throws Exception {
    shop.add(web("RUN"));
    becomeReady();
    shop.supervisor.detach();
    place.setAnswering(false);

    open();
    shop.add(web("RUN"));

    assertThat(shop.state("web")).isEqualTo(ProcessState.RUNNING);
  }

  @Test
  void nextSupervisorKeepsWaitingForTheLine() throws Exception {
    shop.add(web("RUN"));
    CompletableFuture<ServiceStatus> ignored = startAndAwaitOutput();

    detachAndOpen();
    shop.add(web("RUN"));

    awaitPlace("nowhere");
    assertThat(shop.state("web")).isEqualTo(ProcessState.STARTING);
    place.print(WEB, LogStream.OUT, LINE);
    shop.await("web", ProcessState.RUNNING);
    assertThat(place.started()).isEqualTo(1);
  }

  @Test
  void lineThatWasWrittenWithoutSupervisorCounts() throws Exception {
    shop.add(web("RUN"));
    CompletableFuture<ServiceStatus> ignored = startAndAwaitOutput();
    shop.supervisor.detach();
    place.print(WEB, LogStream.OUT, LINE);

    open();
    shop.add(web("RUN"));

    shop.await("web", ProcessState.RUNNING);
    assertThat(place.started()).isEqualTo(1);
  }

  @Test
  void lineThatFormerSupervisorsCopiedCounts() throws Exception {
    // They copy the line, and are gone before they record the readiness.
    ProcessSpec.Builder unready = web("RUN").ready(Readiness.logLine("another line"));
    shop.add(unready);
    CompletableFuture<ServiceStatus> ignored = startAndAwaitOutput();
    place.print(WEB, LogStream.OUT, LINE);
    awaitSavedCopy();
    detachAndOpen();
    shop.add(unready);
    awaitSavedCopy();

    detachAndOpen();
    shop.add(web("RUN"));

    shop.await("web", ProcessState.RUNNING);
    assertThat(shop.output("web")).containsOnlyOnce(LINE);
  }

  /** Waits until it is saved how far the log is copied, which is not done after each line. */
  private void awaitSavedCopy() throws IOException {
    Path file = shop.status("web").directory().resolve("mirror");
    String before = Files.readString(file);
    Eventually.holds(
        "the state of the copy is saved",
        () -> {
          place.print(WEB, LogStream.OUT, "more");
          return !Files.readString(file).equals(before);
        });
  }

  @Test
  void lineOfEarlierLaunchDoesNotCountForNextSupervisor() throws Exception {
    shop.add(web("RUN"));
    becomeReady();
    assertThat(shop.stop().state()).isEqualTo(ProcessState.INACTIVE);
    CompletableFuture<ServiceStatus> ignored = shop.supervisor.start("shop");
    awaitPlace("nowhere");

    detachAndOpen();
    shop.add(web("RUN").startTimeout(SHORT));

    shop.await("web", ProcessState.FAILED);
    assertThat(shop.status("web").cause().map(Cause::kind)).contains(Cause.Kind.START_TIMEOUT);
    assertThat(place.started()).isEqualTo(2);
  }

  @Test
  void lineCountsForNextSupervisorThatRepeatsTheStart() throws Exception {
    shop.add(web("NEVER_PLACED"));
    CompletableFuture<ServiceStatus> ignored = shop.supervisor.start("shop");
    awaitPlace("waiting");
    place.print(WEB, LogStream.OUT, LINE);
    shop.awaitOutput("web", LINE);

    detachAndOpen();
    shop.add(web("NEVER_PLACED"));
    awaitPlace("waiting");
    place.run(WEB);

    shop.await("web", ProcessState.RUNNING);
    assertThat(place.started()).isEqualTo(1);
  }
}
