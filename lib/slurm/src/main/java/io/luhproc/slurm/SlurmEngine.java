package io.luhproc.slurm;

import io.luhproc.engine.EngineCapability;
import io.luhproc.engine.EngineLog;
import io.luhproc.engine.EngineProblem;
import io.luhproc.engine.EngineRefusedException;
import io.luhproc.engine.EngineUnavailableException;
import io.luhproc.engine.PollingWatch;
import io.luhproc.engine.StartReply;
import io.luhproc.engine.StartReply.Outcome;
import io.luhproc.engine.StopReply;
import io.luhproc.engine.WorkerEngine;
import io.luhproc.engine.WorkerKey;
import io.luhproc.engine.WorkerSpec;
import io.luhproc.engine.WorkerStatus;
import io.luhproc.engine.WorkerStatus.Phase;
import io.luhproc.slurm.WorkerLookup.Entry;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs workers as batch jobs, one job for each start. */
final class SlurmEngine implements WorkerEngine {
  private static final Duration WATCH_INTERVAL = Duration.ofSeconds(5);
  private static final Pattern INCARNATION = Pattern.compile("([1-9][0-9]*)-([0-9a-f]{1,64})");
  private static final int ATTEMPTS = 3;

  private final SlurmSettings settings;
  private volatile @Nullable ClusterFacts cachedFacts;

  SlurmEngine(SlurmSettings settings) {
    this.settings = settings;
  }

  /** What one call works with: commands share its time limit. */
  private record Call(JobQueue queue, RunStore store, WorkerLookup lookup, ClusterFacts facts) {}

  private Call call() {
    JobQueue queue = new JobQueue(settings);
    ClusterFacts facts = cachedFacts;
    if (facts == null) {
      facts = queue.facts();
      cachedFacts = facts;
    }
    RunStore store = new RunStore(settings, facts.name());
    return new Call(queue, store, new WorkerLookup(queue, store, facts.hasAccounting()), facts);
  }

  // No OUT_OF_MEMORY: Slurm reports it only where it confines the memory of jobs (task/cgroup).
  @Override
  public Set<EngineCapability> capabilities() {
    return EnumSet.of(
        EngineCapability.LOG_AFTER_END,
        EngineCapability.SEPARATE_STREAMS,
        EngineCapability.EXIT_CODE,
        EngineCapability.END_RECORD,
        EngineCapability.UNIQUE_KEY);
  }

  @Override
  public List<EngineProblem> check() {
    return new SetupCheck(settings).problems();
  }

  /**
   * Starts a worker. Several processes may do so at once: Slurm lets only the first of jobs with
   * one name run (singleton in sbatch(1)), so that the others can be cancelled afterwards.
   */
  @Override
  public StartReply start(WorkerSpec spec) {
    Call call = call();
    String name = call.store().name(spec.key());
    List<Entry> before = call.lookup().entries(name);
    Optional<StartReply> existing = existing(call, before, spec);
    if (existing.isPresent()) {
      return existing.get();
    }
    call.store()
        .removeAbandoned(
            name, before.stream().map(it -> it.run().path()).collect(Collectors.toSet()));
    Run run = call.store().create(spec);
    long job = submit(call, spec, run);
    StartReply reply = settle(call, run, job);
    if (reply.outcome() == Outcome.ACCEPTED) {
      before.stream()
          .filter(it -> !it.isLiving() && !it.run().path().equals(run.path()))
          .forEach(it -> call.store().remove(it.run()));
    }
    return reply;
  }

  private static Optional<StartReply> existing(Call call, List<Entry> entries, WorkerSpec spec) {
    Optional<Entry> current = WorkerLookup.current(entries);
    for (Entry entry : entries) {
      if (entry.status().token().equals(spec.token())) {
        boolean isBehind = entry.isLiving() && !entry.equals(current.orElseThrow());
        return Optional.of(
            isBehind
                ? settle(call, entry.run(), entry.job().orElseThrow().id())
                : new StartReply(Outcome.ALREADY_ACCEPTED, entry.status()));
      }
    }
    return current.filter(Entry::isLiving).map(SlurmEngine::refusal);
  }

  private static StartReply refusal(Entry other) {
    boolean isStopping = other.status().phase() == Phase.STOPPING;
    return new StartReply(isStopping ? Outcome.STOPPING : Outcome.TAKEN, other.status());
  }

  private long submit(Call call, WorkerSpec spec, Run run) {
    Path script = run.file(Run.SCRIPT);
    try {
      PrivateFiles.write(script, JobScript.of(spec, run.path(), call.facts().signalsDescendants()));
    } catch (IOException e) {
      throw PrivateFiles.unavailable(script, e);
    }
    String mark = JobQueue.mark(run.name(), run.directoryName());
    return call.queue().submit(run.name(), run.path(), script, variables(spec), mark);
  }

  /** Returns the variables of a worker; those of the job that this process runs in are not its. */
  private static Map<String, String> variables(WorkerSpec spec) {
    requireEncodable(spec, Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8")));
    Map<String, String> result = new HashMap<>(spec.inherited());
    result.keySet().removeIf(name -> name.startsWith("SLURM_"));
    result.putAll(spec.environment());
    return result;
  }

  /** Java passes variables on in the encoding of its locale, with ? for what that does not have. */
  static void requireEncodable(WorkerSpec spec, Charset encoding) {
    spec.environment()
        .forEach(
            (name, value) -> {
              if (!encoding.newEncoder().canEncode(value)) {
                throw new EngineRefusedException(
                    "cannot start %s: the value of variable %s is not representable in this JVM's locale; set LC_ALL=C.UTF-8"
                        .formatted(spec.key(), name));
              }
            });
  }

  /** Finds out which of several jobs of a worker is the first, and cancels the own one if not. */
  private static StartReply settle(Call call, Run run, long job) {
    Optional<Entry> first = Optional.empty();
    for (int i = 0; i < ATTEMPTS; i++) {
      List<Entry> entries = call.lookup().entries(run.name());
      Optional<Entry> own = entries.stream().filter(it -> isJob(it, job)).findFirst();
      Optional<Entry> current = WorkerLookup.current(entries);
      if (own.isPresent() && (own.equals(current) || hasBegun(own.get()))) {
        run.submitted(job);
        return new StartReply(Outcome.ACCEPTED, own.get().status());
      }
      if (own.isEmpty() || !own.get().isLiving()) {
        return refused(call, run, entries, first.or(() -> current));
      }
      first = current;
      call.queue().cancelPending(job);
    }
    throw new EngineUnavailableException(
        "cannot start %s: job %d is behind another one and cannot be cancelled; try again"
            .formatted(run.record().key(), job));
  }

  /** Returns whether the earlier job ended in time, so that this one was not cancelled. */
  private static boolean hasBegun(Entry entry) {
    SlurmJob job = entry.job().orElseThrow();
    return entry.run().start().isPresent()
        || !(job.phase() == Phase.STARTING || job.state().equals(JobState.CANCELLED));
  }

  private static StartReply refused(
      Call call, Run run, List<Entry> entries, Optional<Entry> first) {
    Optional<Entry> same =
        Stream.concat(entries.stream().filter(Entry::isLiving), first.stream())
            .filter(it -> it.run().path().equals(run.path()))
            .findFirst();
    if (same.isPresent()) {
      return new StartReply(Outcome.ALREADY_ACCEPTED, same.get().status());
    }
    if (first.isEmpty()) {
      throw new EngineUnavailableException(
          "cannot start %s: Slurm does not know its job; see MinJobAge in slurm.conf(5)"
              .formatted(run.record().key()));
    }
    call.store().remove(run);
    return refusal(first.get());
  }

  private static boolean isJob(Entry entry, long job) {
    return entry.job().filter(it -> it.id() == job).isPresent();
  }

  @Override
  public Optional<WorkerStatus> info(WorkerKey key) {
    Call call = call();
    List<Entry> entries = call.lookup().entries(call.store().name(key));
    call.lookup().cancelExpired(entries);
    return WorkerLookup.current(entries).map(Entry::status);
  }

  @Override
  public List<WorkerStatus> list() {
    Call call = call();
    List<Entry> entries = call.lookup().currentOfAll();
    call.lookup().cancelExpired(entries);
    return entries.stream().map(Entry::status).toList();
  }

  @Override
  public StopReply stop(WorkerKey key, String incarnation, Duration grace) {
    Call call = call();
    String name = call.store().name(key);
    Optional<Entry> current = WorkerLookup.current(call.lookup().entries(name));
    if (current.isEmpty()) {
      return StopReply.NOT_FOUND;
    }
    if (!current.get().status().incarnation().equals(incarnation)) {
      return StopReply.OTHER_INCARNATION;
    }
    if (!current.get().isLiving()) {
      call.store().remove(current.get().run());
      return StopReply.ALREADY_ENDED;
    }
    stop(call, current.get(), grace);
    return StopReply.ACCEPTED;
  }

  private static void stop(Call call, Entry entry, Duration grace) {
    // The script reads it before it starts the worker: a signal before that has no effect.
    entry.run().requestStop(grace);
    SlurmJob job = entry.job().orElseThrow();
    if (job.phase() == Phase.STARTING) {
      if (job.state().equals(JobState.PENDING)) {
        call.queue().cancelPending(job.id());
      } else {
        call.queue().cancel(job.id());
      }
    }
    boolean isLiving =
        job.phase() != Phase.STARTING
            || call.lookup().entries(entry.run().name()).stream()
                .anyMatch(it -> isJob(it, job.id()) && it.isLiving());
    if (isLiving) {
      call.queue().signalScript(job.id());
    }
  }

  @Override
  public EngineLog log(WorkerKey key, String incarnation, Optional<String> cursor, boolean follow) {
    Call call = call();
    Matcher matcher = INCARNATION.matcher(incarnation);
    String run = matcher.matches() ? matcher.group(2) : "0";
    Path path = call.store().path(call.store().name(key), run);
    return new SlurmLog(path, cursor, follow, () -> phase(key, incarnation));
  }

  private Optional<Phase> phase(WorkerKey key, String incarnation) {
    Call call = call();
    return call.lookup().entries(call.store().name(key)).stream()
        .map(Entry::status)
        .filter(it -> it.incarnation().equals(incarnation))
        .map(WorkerStatus::phase)
        .findFirst();
  }

  @Override
  public EngineWatch watch(Consumer<WorkerStatus> listener) {
    return PollingWatch.start(this::list, WATCH_INTERVAL, listener);
  }

  /** Does nothing: an engine holds nothing open. */
  @Override
  public void close() {}
}
