package io.luhproc.contract;

import io.luhproc.engine.EngineCapability;
import io.luhproc.engine.EngineLog;
import io.luhproc.engine.EngineProblem;
import io.luhproc.engine.EngineRefusedException;
import io.luhproc.engine.EngineUnavailableException;
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
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An engine without processes: the first word of a command is the {@link Behavior} of the worker,
 * {@code RUN} if it is none. Several instances share one {@link Place}.
 */
public final class FakeEngine implements WorkerEngine {
  private static final Duration POLL_INTERVAL = Duration.ofMillis(10);

  private final Place place;
  private final String app;
  private final Set<EngineCapability> capabilities;

  private FakeEngine(Place place, String app, Set<EngineCapability> capabilities) {
    this.place = place;
    this.app = app;
    this.capabilities = capabilities;
  }

  /** Where the workers are; the engine may be lost, or not answer. */
  public static final class Place {
    private final Map<WorkerKey, Run> runs = new LinkedHashMap<>();
    private int started;
    private boolean answering = true;
    private boolean losingReply;
    private boolean holdingLogs;
    private int listed;
    private StopMode stops = StopMode.AT_ONCE;

    /** What a stop of a running worker does. */
    public enum StopMode {
      /** The worker ends. */
      AT_ONCE,
      /** It ends only without a grace period; otherwise it is being stopped. */
      ONLY_BY_KILL,
      /** The engine refuses the stop. */
      REFUSED,
      /** The engine has forgotten the worker when the stop arrives. */
      FORGOTTEN
    }

    /** Sets what a stop does. */
    public synchronized void setStops(StopMode mode) {
      stops = mode;
    }

    /** Opens an engine with all capabilities. */
    public FakeEngine open(String app) {
      return open(app, EnumSet.allOf(EngineCapability.class));
    }

    /** Opens an engine with some capabilities; without END_RECORD a stop forgets the worker. */
    public FakeEngine open(String app, Set<EngineCapability> capabilities) {
      return new FakeEngine(this, app, capabilities);
    }

    /** Sets whether calls succeed. */
    public synchronized void setAnswering(boolean value) {
      answering = value;
      notifyAll();
    }

    /** Lets the next start be accepted without an answer. */
    public synchronized void loseNextReply() {
      losingReply = true;
    }

    /** Lets a worker run that waits for a place. */
    public synchronized void run(WorkerKey key) {
      find(key).phase = Phase.RUNNING;
    }

    /** Sets whether logs give no lines, as those of a slow engine. */
    public synchronized void holdLogs(boolean value) {
      holdingLogs = value;
      notifyAll();
    }

    /** Returns how often the workers were listed. */
    public synchronized int listed() {
      return listed;
    }

    /** Ends a worker with an exit code. */
    public synchronized void exit(WorkerKey key, int code) {
      find(key).end(WorkerEnd.Kind.EXITED, OptionalInt.of(code));
      notifyAll();
    }

    /** Lets a worker write a line. */
    public synchronized void print(WorkerKey key, LogStream stream, String text) {
      find(key).print(stream, text);
      notifyAll();
    }

    /** Removes all traces of a worker, as the expiry of its record does. */
    public synchronized void forget(WorkerKey key) {
      runs.remove(key);
      notifyAll();
    }

    /** Sets the phase of a worker to LOST. */
    public synchronized void lose(WorkerKey key) {
      find(key).phase = Phase.LOST;
    }

    /** Returns the spec that a worker was started with. */
    public synchronized WorkerSpec specOf(WorkerKey key) {
      return find(key).spec;
    }

    /** Returns how many starts were accepted. */
    public synchronized int started() {
      return started;
    }

    private Run find(WorkerKey key) {
      Run run = runs.get(key);
      if (run == null) {
        throw new AssertionError("no worker " + key);
      }
      return run;
    }
  }

  private static final class Run {
    private final WorkerSpec spec;
    private final String app;
    private final String incarnation;
    private final Instant created = Instant.now();
    private final List<EngineLog.Line> lines = new ArrayList<>();
    private Phase phase = Phase.STARTING;
    private @Nullable WorkerEnd end;

    Run(WorkerSpec spec, String app, int number) {
      this.spec = spec;
      this.app = app;
      this.incarnation = "run-" + number;
    }

    Behavior behavior() {
      for (Behavior behavior : Behavior.values()) {
        if (behavior.name().equals(spec.command().get(0))) {
          return behavior;
        }
      }
      return Behavior.RUN;
    }

    void end(WorkerEnd.Kind kind, OptionalInt code) {
      ProcessEnd process =
          code.isPresent()
              ? ProcessEnd.ofExitStatus(Instant.now(), code.getAsInt())
              : new ProcessEnd(
                  Instant.now(),
                  code,
                  Optional.empty(),
                  Optional.empty(),
                  kind == WorkerEnd.Kind.STOPPED ? "stopped" : "cannot be started");
      end = new WorkerEnd(kind, process);
      phase = Phase.ENDED;
    }

    void print(LogStream stream, String text) {
      lines.add(new EngineLog.Line(Instant.now(), stream, text, Integer.toString(lines.size())));
    }

    /** Does what the behavior does at its beginning. */
    void begin() {
      switch (behavior()) {
        case RUN, SAY_GOODBYE -> {
          phase = Phase.RUNNING;
          print(LogStream.OUT, "running");
        }
        case EXIT_0 -> end(WorkerEnd.Kind.EXITED, OptionalInt.of(0));
        case EXIT_7 -> end(WorkerEnd.Kind.EXITED, OptionalInt.of(7));
        case KILL_ITSELF -> end(WorkerEnd.Kind.EXITED, OptionalInt.of(137));
        case RUN_OUT_OF_MEMORY -> end(WorkerEnd.Kind.OUT_OF_MEMORY, OptionalInt.of(137));
        case PROGRAM_MISSING -> end(WorkerEnd.Kind.START_FAILED, OptionalInt.empty());
        case WRITE_LINES -> {
          print(LogStream.ERR, "err 1");
          for (int i = 1; i <= 200; i++) {
            print(LogStream.OUT, "out " + i);
          }
          end(WorkerEnd.Kind.EXITED, OptionalInt.of(0));
        }
        case NEVER_PLACED -> {}
      }
    }

    WorkerStatus status() {
      boolean waiting = phase == Phase.STARTING;
      return new WorkerStatus(
          spec.key(),
          incarnation,
          spec.token(),
          phase,
          waiting ? Optional.of("no place is free") : Optional.empty(),
          waiting ? Optional.empty() : Optional.of("nowhere"),
          created,
          waiting ? Optional.empty() : Optional.of(created),
          Optional.ofNullable(end));
    }
  }

  private void requireAnswer() {
    if (!place.answering) {
      throw new EngineUnavailableException("the fake engine does not answer");
    }
  }

  @Override
  public Set<EngineCapability> capabilities() {
    return capabilities;
  }

  @Override
  public List<EngineProblem> check() {
    synchronized (place) {
      return place.answering
          ? List.of()
          : List.of(new EngineProblem("the fake engine does not answer", "let it answer"));
    }
  }

  @Override
  public StartReply start(WorkerSpec spec) {
    synchronized (place) {
      requireAnswer();
      if (spec.command().contains("REFUSED")) {
        throw new EngineRefusedException("the fake engine refuses the command; choose another");
      }
      Run previous = place.runs.get(spec.key());
      if (previous != null && previous.spec.token().equals(spec.token())) {
        return new StartReply(StartReply.Outcome.ALREADY_ACCEPTED, previous.status());
      }
      if (previous != null && previous.phase != Phase.ENDED) {
        boolean stopping = previous.phase == Phase.STOPPING;
        return new StartReply(
            stopping ? StartReply.Outcome.STOPPING : StartReply.Outcome.TAKEN, previous.status());
      }
      Run run = new Run(spec, app, ++place.started);
      place.runs.put(spec.key(), run);
      WorkerStatus accepted = run.status();
      run.begin();
      place.notifyAll();
      if (place.losingReply) {
        place.losingReply = false;
        throw new EngineUnavailableException("the fake engine broke off");
      }
      return new StartReply(StartReply.Outcome.ACCEPTED, accepted);
    }
  }

  @Override
  public Optional<WorkerStatus> info(WorkerKey key) {
    synchronized (place) {
      requireAnswer();
      return Optional.ofNullable(place.runs.get(key)).map(Run::status);
    }
  }

  @Override
  public List<WorkerStatus> list() {
    synchronized (place) {
      requireAnswer();
      place.listed++;
      return place.runs.values().stream()
          .filter(it -> it.app.equals(app))
          .map(Run::status)
          .toList();
    }
  }

  @Override
  public StopReply stop(WorkerKey key, String incarnation, Duration grace) {
    synchronized (place) {
      requireAnswer();
      Run run = place.runs.get(key);
      if (run == null) {
        return StopReply.NOT_FOUND;
      }
      if (!run.incarnation.equals(incarnation)) {
        return StopReply.OTHER_INCARNATION;
      }
      boolean ended = run.phase == Phase.ENDED;
      if (!ended && place.stops == Place.StopMode.REFUSED) {
        throw new EngineRefusedException("the fake engine refuses the stop; grant the right");
      }
      if (!ended && place.stops == Place.StopMode.FORGOTTEN) {
        place.forget(key);
        return StopReply.NOT_FOUND;
      }
      if (!ended && place.stops == Place.StopMode.ONLY_BY_KILL && !grace.isZero()) {
        run.phase = Phase.STOPPING;
        return StopReply.ACCEPTED;
      }
      if (run.behavior() == Behavior.SAY_GOODBYE && !ended) {
        run.print(LogStream.OUT, "last words");
      }
      if (!ended) {
        run.end(WorkerEnd.Kind.STOPPED, OptionalInt.of(143));
      }
      if (ended || !capabilities.contains(EngineCapability.END_RECORD)) {
        place.runs.remove(key);
      }
      place.notifyAll();
      return ended ? StopReply.ALREADY_ENDED : StopReply.ACCEPTED;
    }
  }

  @Override
  public EngineLog log(WorkerKey key, String incarnation, Optional<String> cursor, boolean follow) {
    synchronized (place) {
      requireAnswer();
      Run run = place.runs.get(key);
      boolean known = run != null && run.incarnation.equals(incarnation);
      int next = cursor.isPresent() ? Integer.parseInt(cursor.get()) + 1 : 0;
      return new FakeLog(known ? run : null, next, follow);
    }
  }

  private final class FakeLog implements EngineLog {
    private final @Nullable Run run;
    private final boolean follow;
    private int next;
    private @Nullable End end;
    private boolean closed;

    FakeLog(@Nullable Run run, int next, boolean follow) {
      this.run = run;
      this.next = next;
      this.follow = follow;
    }

    @Override
    public @Nullable Line next() throws InterruptedException {
      synchronized (place) {
        while (end == null) {
          requireAnswer();
          if (closed) {
            end = End.CLOSED;
          } else if (place.holdingLogs) {
            place.wait();
          } else if (run == null) {
            end = End.GONE;
          } else if (next < run.lines.size()) {
            return run.lines.get(next++);
          } else if (run.phase == Phase.ENDED) {
            end = End.COMPLETE;
          } else if (!follow) {
            end = End.UP_TO_DATE;
          } else {
            place.wait();
          }
        }
        return null;
      }
    }

    @Override
    public Optional<End> end() {
      synchronized (place) {
        return Optional.ofNullable(end);
      }
    }

    @Override
    public void close() {
      synchronized (place) {
        closed = true;
        place.notifyAll();
      }
    }
  }

  @Override
  public EngineWatch watch(Consumer<WorkerStatus> listener) {
    return PollingWatch.start(this::list, POLL_INTERVAL, listener);
  }

  @Override
  public void close() {
    // Holds nothing.
  }
}
