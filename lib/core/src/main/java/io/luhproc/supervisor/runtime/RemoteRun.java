package io.luhproc.supervisor.runtime;

import io.luhproc.LuhprocException;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.engine.EngineRefusedException;
import io.luhproc.engine.EngineUnavailableException;
import io.luhproc.engine.StartReply;
import io.luhproc.engine.StopReply;
import io.luhproc.engine.WorkerKey;
import io.luhproc.engine.WorkerSpec;
import io.luhproc.engine.WorkerStatus;
import io.luhproc.engine.WorkerStatus.Phase;
import io.luhproc.engine.WorkerStatus.WorkerEnd;
import io.luhproc.process.ProcessEnd;
import io.luhproc.service.Cause;
import io.luhproc.service.Readiness;
import io.luhproc.supervisor.state.ExitCauses;
import io.luhproc.supervisor.state.RunningProcess;
import io.luhproc.time.RandomTokens;
import io.luhproc.worker.remote.LogMirror;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One launch of a process on an engine, or its adoption. Confined to the executor of the process.
 *
 * <p>The token of the start is recorded before the engine is asked. A start without an answer is
 * repeated with the same token, also by the next supervisor, so there is never a second process. No
 * answer is never an end; neither is {@link Phase#LOST}.
 */
final class RemoteRun {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteRun.class);
  private static final Duration RETRY_DELAY = Duration.ofSeconds(1);
  private static final Duration STOP_POLL_DELAY = Duration.ofMillis(500);
  private static final Duration LAST_LINES_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration REFUSED_DELAY = Duration.ofSeconds(5);
  private static final String CANCELLED = "it was cancelled";

  private final RemoteProcess process;
  private final LocalInstance instance;
  private final ProcessDirectory directory;
  private final WorkerKey key;
  private final LaunchListener listener;
  private @Nullable EngineLink link;
  private @Nullable WorkerSpec spec;
  private @Nullable ProcessRecord record;
  private @Nullable LogMirror mirror;
  private Optional<WorkerStatus> last = Optional.empty();
  private Optional<String> problem = Optional.empty();
  private String located = "";
  private boolean launched;
  private boolean done;
  private boolean scheduled;
  // The stop: how long it may keep running, as requested and as the engine knows it.
  private Optional<Duration> grace = Optional.empty();
  private Optional<Duration> sentGrace = Optional.empty();
  private Optional<LaunchListener> stopListener = Optional.empty();

  RemoteRun(RemoteProcess process, LocalInstance instance, LaunchListener listener) {
    this.process = process;
    this.instance = instance;
    this.directory = instance.location().directory();
    this.key = instance.location().workerKey();
    this.listener = listener;
  }

  // Start.

  void launch() {
    try {
      String address = instance.spec().engine().orElseThrow();
      directory.recordDesiredUp();
      String token =
          directory
              .readRecord()
              .filter(it -> RemoteLaunch.isRepeatable(it, address))
              .map(ProcessRecord::launchToken)
              .orElseGet(RandomTokens::next);
      spec = RemoteLaunch.spec(instance, process.context().commands(), token);
      directory.prepareLogFiles();
      record = RemoteLaunch.record(instance, spec, new ProcessRecord.Launch(token, now()), address);
      directory.writeRecord(record);
    } catch (RuntimeException e) {
      failed(ExitCauses.describeThrowable(e), true);
      return;
    }
    step();
  }

  /** Watches a process that a former supervisor started, or of which it had no answer. */
  void adopt() {
    launched = true;
    record = directory.readRecord().filter(ProcessRecord::isUnfinishedOnEngine).orElse(null);
    if (record == null) {
      gone("unknown: its record is missing");
    } else {
      step();
    }
  }

  /** Does what is next: starts it, stops it, or asks how it is. */
  void step() {
    if (done) {
      return;
    }
    try {
      if (link == null) {
        link = process.context().links().apply(address());
        link.add(key, process);
      }
      problem = Optional.empty();
      if (grace.isPresent()) {
        continueStop(grace.get());
      } else if (launched || isAccepted()) {
        refresh();
      } else {
        start();
      }
    } catch (EngineUnavailableException e) {
      if (grace.isPresent() || !isAccepted()) {
        later(RETRY_DELAY);
      }
    } catch (EngineRefusedException e) {
      refused(e);
    }
    locate();
  }

  private void later(Duration delay) {
    if (!scheduled) {
      scheduled = true;
      process.executeAfter(
          delay,
          () -> {
            scheduled = false;
            step();
          });
    }
  }

  private void refused(EngineRefusedException e) {
    problem = Optional.of(ExitCauses.describeThrowable(e));
    if (!launched && !isAccepted()) {
      failed(problem.get(), false);
    } else if (stopListener.isPresent()) {
      LaunchListener stopped = stopListener.get();
      stopListener = Optional.empty();
      stopped.treeUnkillable(problem.get());
    } else {
      later(REFUSED_DELAY);
    }
  }

  private void start() {
    WorkerSpec started = Objects.requireNonNull(spec);
    StartReply reply = link().call(() -> link().engine().start(started));
    if (isOwn(reply.status())) {
      observe(reply.status());
    } else if (reply.outcome() == StartReply.Outcome.STOPPING) {
      problem = Optional.of("its previous run is still being stopped");
      later(RETRY_DELAY);
    } else {
      failed(
          ("%s runs %s already, started by another supervisor or app; give the service or the"
                  + " process another name")
              .formatted(address(), key),
          true);
    }
  }

  private void failed(String reason, boolean retriable) {
    finish();
    if (record != null) {
      save(record.withEnd(ProcessEnd.ofReason(now(), "not started: " + reason)));
    }
    listener.launchFailed(reason, retriable);
  }

  // While it runs.

  private void refresh() {
    Optional<WorkerStatus> found = link().call(() -> link().engine().info(key)).filter(this::isOwn);
    if (found.isPresent()) {
      observe(found.get());
    } else if (launched || isAccepted()) {
      gone(grace.isPresent() ? "stopped" : "unknown: " + address() + " has no record of it");
    }
  }

  private boolean isOwn(WorkerStatus status) {
    return status.token().equals(record().launchToken())
        && incarnation().filter(it -> !it.equals(status.incarnation())).isEmpty();
  }

  void observe(WorkerStatus status) {
    if (done) {
      return;
    }
    if (isOwn(status)) {
      observeOwn(status);
    } else if (launched || isAccepted()) {
      step(); // Another run has its name: asks whether this one is gone.
    }
  }

  private void observeOwn(WorkerStatus status) {
    last = Optional.of(status);
    ProcessRecord.Remote remote =
        new ProcessRecord.Remote(address(), Optional.of(status.incarnation()), status.where());
    if (!record().remote().equals(Optional.of(remote))) {
      save(record().withRemote(remote));
    }
    copyLog(status.incarnation());
    switch (status.phase()) {
      case RUNNING -> reportLaunched(status);
      case ENDED -> ended(status, status.end().orElseThrow());
      case STARTING, STOPPING, LOST -> {} // Shown only.
    }
    locate();
  }

  private void copyLog(String incarnation) {
    if (mirror == null) {
      mirror =
          new LogMirror(
              link().engine(),
              key,
              incarnation,
              directory,
              instance.spec().output().logs().forProcess(instance.name()),
              process.context().timeSource());
      watchReadiness(mirror); // Before the first line is copied.
      mirror.follow();
    }
  }

  private void watchReadiness(LogMirror copy) {
    if (record().readyAt().isEmpty()
        && instance.spec().start().readiness() instanceof Readiness.LogLine line) {
      try {
        Runnable found = () -> process.execute(this::reportReady);
        instance.process().reports(ReadyLineWatch.start(line, copy::followCopied, found));
      } catch (LuhprocException e) {
        LOG.warn("cannot watch whether {} is ready", instance, e);
      }
    }
  }

  private void reportReady() {
    if (!done) {
      save(record().withReadyAt(now()));
      listener.ready();
    }
  }

  private void reportLaunched(WorkerStatus status) {
    if (!launched) {
      launched = true;
      Instant started = status.started().orElse(status.created());
      save(record().withRunningAt(started));
      listener.launched(RunningProcess.remote(started));
    }
  }

  /** Reports which engine runs it, where, and what the engine says. */
  void locate() {
    if (done || record == null) {
      return;
    }
    StringBuilder text = new StringBuilder(address());
    last.flatMap(WorkerStatus::where).ifPresent(it -> text.append(", ").append(it));
    last.ifPresent(it -> text.append(describe(it)));
    problem.ifPresent(it -> text.append(", ").append(it));
    if (link != null) {
      link.silentSince().ifPresent(it -> text.append(", no answer since ").append(it));
    }
    if (!located.contentEquals(text)) {
      located = text.toString();
      listener.located(located);
    }
  }

  private static String describe(WorkerStatus status) {
    String phase =
        switch (status.phase()) {
          case STARTING -> ", waiting";
          case STOPPING -> ", being stopped";
          case LOST -> ", lost";
          case RUNNING, ENDED -> "";
        };
    return phase + status.detail().map(it -> ": " + it).orElse("");
  }

  // Stop.

  /** Cancels a launch that is not reported yet. */
  void cancel(Duration newGrace) {
    if (!launched) {
      grace = Optional.of(newGrace);
      step();
    }
  }

  void stop(Duration newGrace, LaunchListener stopped) {
    if (done) {
      stopped.treeTerminated(false);
    } else {
      grace = Optional.of(newGrace);
      stopListener = Optional.of(stopped);
      step();
    }
  }

  private void continueStop(Duration requested) {
    refresh();
    if (done) {
      return;
    }
    if (!isAccepted()) {
      // The record stays: the next launch repeats this start, in case the engine accepts it yet.
      finish();
      listener.launchFailed(CANCELLED, true);
      return;
    }
    if (!grace.equals(sentGrace)) {
      String run = incarnation().orElseThrow();
      StopReply reply = link().call(() -> link().engine().stop(key, run, requested));
      if (reply == StopReply.NOT_FOUND || reply == StopReply.OTHER_INCARNATION) {
        gone("stopped");
        return;
      }
      sentGrace = grace;
    }
    later(STOP_POLL_DELAY);
  }

  // End.

  private void ended(WorkerStatus status, WorkerEnd end) {
    boolean failed = end.kind() == WorkerEnd.Kind.START_FAILED;
    if (!failed && grace.isEmpty()) {
      reportLaunched(status);
    }
    ProcessEnd seen = end.process();
    Cause cause =
        switch (end.kind()) {
          case START_FAILED -> new Cause(Cause.Kind.START_FAILED, seen.reason());
          case OUT_OF_MEMORY -> ExitCauses.OUT_OF_MEMORY;
          case EXITED, STOPPED, UNKNOWN -> ExitCauses.fromEnd(seen);
        };
    reportEnd(cause, seen);
  }

  /** Reports the end of a run that the engine does not know. */
  private void gone(String reason) {
    reportEnd(new Cause(Cause.Kind.UNKNOWN, reason), ProcessEnd.ofReason(now(), reason));
  }

  private void reportEnd(Cause cause, ProcessEnd end) {
    awaitLog();
    finish();
    if (record != null) {
      save(record.withEnd(end));
    }
    if (launched) {
      listener.exited(cause, end);
    } else {
      listener.launchFailed(grace.isPresent() ? CANCELLED : cause.detail(), true);
    }
    stopListener.ifPresent(it -> it.treeTerminated(false));
  }

  /** Waits for the last lines: the engine may forget them when the next run begins. */
  private void awaitLog() {
    if (mirror != null) {
      try {
        mirror.awaitEnd(LAST_LINES_TIMEOUT);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void finish() {
    close();
    if (link != null) {
      link.remove(key);
    }
    if (link != null && sentGrace.isPresent()) {
      try {
        StopReply ignored = link.engine().stop(key, incarnation().orElseThrow(), sentGrace.get());
      } catch (LuhprocException e) {
        LOG.debug("cannot remove what the engine keeps of {}", instance, e);
      }
    }
  }

  /** Ends the watch and the copy of the log, without a report. */
  void close() {
    done = true;
    instance.process().endReports();
    if (mirror != null) {
      mirror.close();
    }
  }

  // The record.

  private Instant now() {
    return process.context().timeSource().now();
  }

  private EngineLink link() {
    return Objects.requireNonNull(link);
  }

  private ProcessRecord record() {
    return Objects.requireNonNull(record);
  }

  private String address() {
    return record().remote().orElseThrow().engine();
  }

  private Optional<String> incarnation() {
    return record().remote().flatMap(ProcessRecord.Remote::incarnation);
  }

  private boolean isAccepted() {
    return incarnation().isPresent();
  }

  /** Keeps a record; without it, the next supervisor asks the engine. */
  private void save(ProcessRecord changed) {
    record = changed;
    try {
      directory.writeRecord(changed);
    } catch (LuhprocException e) {
      LOG.warn("cannot record the state of {}", instance, e);
    }
  }
}
