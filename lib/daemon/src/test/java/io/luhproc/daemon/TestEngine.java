package io.luhproc.daemon;

import io.luhproc.engine.EngineCapability;
import io.luhproc.engine.EngineLog;
import io.luhproc.engine.EngineProblem;
import io.luhproc.engine.PollingWatch;
import io.luhproc.engine.StartReply;
import io.luhproc.engine.StopReply;
import io.luhproc.engine.WorkerEngine;
import io.luhproc.engine.WorkerKey;
import io.luhproc.engine.WorkerSpec;
import io.luhproc.engine.WorkerStatus;
import io.luhproc.engine.WorkerStatus.Phase;
import io.luhproc.engine.WorkerStatus.WorkerEnd;
import io.luhproc.log.LogStream;
import io.luhproc.process.ProcessEnd;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Engine without processes. A worker writes its command and runs until a test ends it. */
final class TestEngine implements WorkerEngine {
  private static final Duration POLL_INTERVAL = Duration.ofMillis(10);

  // Guarded by this.
  private final Map<WorkerKey, Run> runs = new LinkedHashMap<>();
  private int started;

  private record Run(WorkerSpec spec, WorkerStatus status) {
    Run ended(WorkerEnd.Kind kind, int code) {
      WorkerEnd end = new WorkerEnd(kind, ProcessEnd.ofExitStatus(Instant.now(), code));
      return new Run(
          spec,
          new WorkerStatus(
              status.key(),
              status.incarnation(),
              status.token(),
              Phase.ENDED,
              Optional.empty(),
              status.where(),
              status.created(),
              status.started(),
              Optional.of(end)));
    }

    boolean hasEnded() {
      return status.phase() == Phase.ENDED;
    }
  }

  /** Lets the worker of an id exit. */
  synchronized void exit(String id, int code) {
    runs.replaceAll(
        (key, run) -> key.id().equals(id) ? run.ended(WorkerEnd.Kind.EXITED, code) : run);
  }

  /** Returns how many workers were started. */
  synchronized int started() {
    return started;
  }

  @Override
  public Set<EngineCapability> capabilities() {
    return EnumSet.allOf(EngineCapability.class);
  }

  @Override
  public List<EngineProblem> check() {
    return List.of();
  }

  @Override
  public synchronized StartReply start(WorkerSpec spec) {
    started++;
    Instant now = Instant.now();
    WorkerStatus status =
        new WorkerStatus(
            spec.key(),
            "run-" + started,
            spec.token(),
            Phase.RUNNING,
            Optional.empty(),
            Optional.of("room " + started),
            now,
            Optional.of(now),
            Optional.empty());
    runs.put(spec.key(), new Run(spec, status));
    return new StartReply(StartReply.Outcome.ACCEPTED, status);
  }

  @Override
  public synchronized Optional<WorkerStatus> info(WorkerKey key) {
    return Optional.ofNullable(runs.get(key)).map(Run::status);
  }

  @Override
  public synchronized List<WorkerStatus> list() {
    return runs.values().stream().map(Run::status).toList();
  }

  @Override
  public synchronized StopReply stop(WorkerKey key, String incarnation, Duration grace) {
    Run run = runs.get(key);
    if (run == null) {
      return StopReply.NOT_FOUND;
    }
    if (run.hasEnded()) {
      runs.remove(key);
      return StopReply.ALREADY_ENDED;
    }
    runs.put(key, run.ended(WorkerEnd.Kind.STOPPED, 143));
    return StopReply.ACCEPTED;
  }

  @Override
  public synchronized EngineLog log(
      WorkerKey key, String incarnation, Optional<String> cursor, boolean follow) {
    Run run = runs.get(key);
    return run == null ? new TestLog("", true) : new TestLog(text(run), cursor.isPresent());
  }

  private static String text(Run run) {
    return run.status().incarnation() + ": " + String.join(" ", run.spec().command());
  }

  /** One line, which is the whole log. */
  private static final class TestLog implements EngineLog {
    private final String text;
    private boolean read;

    TestLog(String text, boolean read) {
      this.text = text;
      this.read = read;
    }

    @Override
    public @Nullable Line next() {
      if (read) {
        return null;
      }
      read = true;
      return new Line(Instant.now(), LogStream.OUT, text, "0");
    }

    @Override
    public Optional<End> end() {
      return read ? Optional.of(End.COMPLETE) : Optional.empty();
    }

    @Override
    public void close() {
      // Waits for nothing.
    }
  }

  @Override
  public EngineWatch watch(Consumer<WorkerStatus> listener) {
    return PollingWatch.start(this::list, POLL_INTERVAL, listener);
  }

  @Override
  public void close() {
    // The workers stay for the next daemon.
  }
}
