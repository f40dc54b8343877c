package io.luhproc.slurm;

import io.luhproc.LuhprocException;
import io.luhproc.engine.EngineRefusedException;
import io.luhproc.engine.EngineUnavailableException;
import io.luhproc.engine.WorkerStatus;
import io.luhproc.engine.WorkerStatus.Phase;
import io.luhproc.slurm.JobQueue.Marked;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Finds workers for one call of the engine: joins runs and jobs. */
final class WorkerLookup {
  private static final Comparator<Entry> LOWEST_JOB_FIRST =
      Comparator.comparing(it -> it.job().orElseThrow().id());
  private static final Comparator<Entry> LATEST_LAST =
      Comparator.comparing(it -> it.run().record().created());

  private final JobQueue queue;
  private final RunStore store;
  private final boolean hasAccounting;

  WorkerLookup(JobQueue queue, RunStore store, boolean hasAccounting) {
    this.queue = queue;
    this.store = store;
    this.hasAccounting = hasAccounting;
  }

  /**
   * A run, and what Slurm says of its job.
   *
   * @param job the job, as Slurm knows it or as it was kept; empty if neither
   */
  record Entry(Run run, Optional<SlurmJob> job, WorkerStatus status) {
    boolean isLiving() {
      return job.isPresent() && job.get().isLiving();
    }
  }

  /** Returns the entries of a worker. */
  List<Entry> entries(String name) {
    return join(store.of(name), Optional.of(name));
  }

  /** Returns the current entry of each worker. */
  List<Entry> currentOfAll() {
    Map<String, List<Entry>> byName =
        join(store.all(), Optional.empty()).stream()
            .collect(
                Collectors.groupingBy(
                    it -> it.run().name(), LinkedHashMap::new, Collectors.toList()));
    return byName.values().stream().flatMap(it -> current(it).stream()).toList();
  }

  /**
   * Returns the entry that is the worker: the living one, of several the first, whose job keeps the
   * others from running; or else the latest.
   */
  static Optional<Entry> current(List<Entry> entries) {
    return entries.stream()
        .filter(Entry::isLiving)
        .min(LOWEST_JOB_FIRST)
        .or(() -> entries.stream().max(LATEST_LAST));
  }

  /** Runs are read before jobs: a job of a run that is read later is not forgotten, but new. */
  private List<Entry> join(List<Run> runs, Optional<String> name) {
    Map<String, List<SlurmJob>> jobs = new HashMap<>();
    Map<String, Run> runsByKey =
        runs.stream()
            .collect(
                Collectors.toMap(it -> key(it.name(), it.directoryName()), Function.identity()));
    List<Run> all = new ArrayList<>(runs);
    for (Marked marked : queue.jobs(name)) {
      if (store.isOwnName(marked.name())) {
        String key = key(marked.name(), marked.run());
        jobs.computeIfAbsent(key, it -> new ArrayList<>()).add(marked.job());
        if (!runsByKey.containsKey(key)) {
          newRun(marked)
              .ifPresent(
                  run -> {
                    runsByKey.put(key, run);
                    all.add(run);
                  });
        }
      }
    }
    return entries(all, jobs);
  }

  private static String key(String name, String run) {
    return name + "/" + run;
  }

  /** Reads the run of a job; a run that has been removed is needed no more if the job has ended. */
  private Optional<Run> newRun(Marked marked) {
    Optional<Run> run = Run.read(store.path(marked.name(), marked.run()), marked.name());
    if (run.isEmpty() && marked.job().isLiving()) {
      throw new EngineRefusedException(
          "cannot tell the worker of job %d: %s is missing; set %s as it was, or cancel the job: scancel %d"
              .formatted(
                  marked.job().id(),
                  store.path(marked.name(), marked.run()),
                  SlurmSettings.DIRECTORY,
                  marked.job().id()));
    }
    return run;
  }

  private List<Entry> entries(List<Run> runs, Map<String, List<SlurmJob>> jobs) {
    Map<Run, Optional<SlurmJob>> found = new LinkedHashMap<>();
    Map<Long, String> forgotten = new HashMap<>();
    for (Run run : runs) {
      Optional<SlurmJob> job =
          ownJob(run, jobs.getOrDefault(key(run.name(), run.directoryName()), List.of()))
              .or(run::finalJob);
      found.put(run, job);
      if (job.isEmpty() && run.end().isEmpty()) {
        run.job().ifPresent(id -> forgotten.put(id, run.name()));
      }
    }
    Map<Long, SlurmJob> accounted = accounted(forgotten);
    List<Entry> result = new ArrayList<>();
    found.forEach(
        (run, job) -> {
          Optional<SlurmJob> known =
              job.isPresent() || run.job().isEmpty()
                  ? job
                  : Optional.ofNullable(accounted.get(run.job().getAsLong()));
          StatusMapper.status(run, known).ifPresent(it -> result.add(new Entry(run, known, it)));
          known.ifPresent(it -> keep(run, it));
        });
    return result;
  }

  private Map<Long, SlurmJob> accounted(Map<Long, String> names) {
    try {
      return hasAccounting
          ? queue.accounted(names).stream()
              .collect(Collectors.toMap(SlurmJob::id, Function.identity(), (first, again) -> again))
          : Map.of();
    } catch (LuhprocException ignored) {
      // The controller has answered: without accounting these workers are lost, the others are not.
      return Map.of();
    }
  }

  /**
   * Returns the job of a run: the one that has begun it, or else the first. There are several if an
   * sbatch whose outcome was unknown was repeated.
   */
  private static Optional<SlurmJob> ownJob(Run run, List<SlurmJob> jobs) {
    if (run.start().isPresent() && run.job().isPresent()) {
      return jobs.stream().filter(it -> it.id() == run.job().getAsLong()).findFirst();
    }
    return jobs.stream()
        .min(Comparator.comparing((SlurmJob it) -> !it.isLiving()).thenComparing(SlurmJob::id));
  }

  /** Keeps in the run what Slurm will forget. */
  private static void keep(Run run, SlurmJob job) {
    try {
      if (run.job().isEmpty()) {
        run.submitted(job.id());
      }
      if (!job.isLiving() && run.finalJob().isEmpty()) {
        run.keep(job);
      }
    } catch (EngineUnavailableException ignored) {
      // The disk is full, or the run has been removed: the status is known all the same.
    }
  }

  /** Cancels the jobs of workers that have waited for a place longer than they may. */
  void cancelExpired(List<Entry> entries) {
    Instant now = Instant.now();
    for (Entry entry : entries) {
      if (entry.status().phase() == Phase.STARTING && StatusMapper.isExpired(entry.run(), now)) {
        queue.cancelPending(entry.job().orElseThrow().id());
      }
    }
  }
}
