package io.luhproc.supervisor.runtime;

import io.luhproc.LuhprocException;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.directory.ProcessRoot;
import io.luhproc.limits.ResourceLimits;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.Signal;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.service.OrphanProcess;
import io.luhproc.service.StopPolicy;
import io.luhproc.service.SupervisorStatus;
import io.luhproc.supervisor.state.ProcessInstance;
import io.luhproc.tree.StopTreeRequest;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** What a former supervisor left below the directory of this one. */
final class LocalFormerProcesses implements FormerProcesses {
  private final ProcessRoot root;
  private final OrphanScanner scanner;
  private final Function<ProcessKey, LocalProcess> processes;
  private final TreeStopRetrier treeStops;
  private volatile Consumer<ProcessDirectory> remoteStopper = directory -> {};
  // Guarded by this. The directories found first, by service: this supervisor owns all later ones.
  private @Nullable Map<String, List<ProcessDirectory>> byService;

  LocalFormerProcesses(
      ProcessRoot root,
      ProcessTable table,
      Function<ProcessKey, LocalProcess> processes,
      TreeStopRetrier treeStops) {
    this.root = root;
    this.scanner = new OrphanScanner(root, table);
    this.processes = processes;
    this.treeStops = treeStops;
  }

  /** Sets what stops a surplus process that an engine runs, and deletes its directory. */
  void stopRemoteBy(Consumer<ProcessDirectory> stopper) {
    remoteStopper = stopper;
  }

  @Override
  public boolean hasDirectory(ProcessInstance instance) {
    return Files.isDirectory(directory(instance), LinkOption.NOFOLLOW_LINKS);
  }

  private Path directory(ProcessInstance instance) {
    return root.directory(ProcessLocation.keyOf(instance)).path();
  }

  @Override
  public void stopSurplus(Collection<ProcessInstance> instances) {
    Set<Path> known = new HashSet<>();
    Set<String> services = new HashSet<>();
    for (ProcessInstance instance : instances) {
      known.add(directory(instance));
      services.add(instance.service().name());
    }
    List<CompletableFuture<Void>> stops = new ArrayList<>();
    for (String service : services) {
      for (ProcessDirectory directory : byService().getOrDefault(service, List.of())) {
        if (!known.contains(directory.path())) {
          remoteStopper.accept(directory);
          scanner.scan(directory).ifPresent(surplus -> stops.add(stopOrWarn(surplus)));
        }
      }
    }
    CompletableFuture.allOf(stops.toArray(CompletableFuture<?>[]::new)).join();
  }

  private CompletableFuture<Void> stopOrWarn(OrphanProcess surplus) {
    return stop(surplus)
        .exceptionally(
            failure -> {
              LoggerFactory.getLogger(LocalFormerProcesses.class)
                  .warn("a process that is no longer in its service is alive", failure);
              return null;
            });
  }

  private synchronized Map<String, List<ProcessDirectory>> byService() {
    Map<String, List<ProcessDirectory>> known = byService;
    if (known == null) {
      known = new HashMap<>();
      for (ProcessDirectory directory : root.directories()) {
        for (String service : scanner.service(directory).stream().toList()) {
          known.computeIfAbsent(service, name -> new ArrayList<>()).add(directory);
        }
      }
      byService = known;
    }
    return known;
  }

  @Override
  public List<OrphanProcess> orphans(Supplier<SupervisorStatus> status) {
    return scanner.scan(status);
  }

  @Override
  public CompletableFuture<Void> stop(OrphanProcess orphan) {
    ProcessDirectory directory = ProcessDirectory.at(orphan.directory());
    LocalProcess process =
        processes.apply(
            directory
                .readRecord()
                .map(ProcessRecord::key)
                .filter(key -> root.directory(key).path().equals(directory.path()))
                .orElseThrow(() -> new LuhprocException("cannot read the record of " + directory)));
    Optional<ProcessIdentity> identity = Optional.of(orphan.identity());
    process.cgroup().findExisting(ResourceLimits.none(), identity);
    process.cgroup().thawIfFrozen();
    StopPolicy policy = StopPolicy.defaults();
    CompletableFuture<Void> stopped = new CompletableFuture<>();
    treeStops.stop(
        new StopTreeRequest(
            process.treeScope(identity), Signal.TERM, policy.grace(), policy.timeout()),
        survivors -> complete(stopped, directory, survivors));
    return stopped.thenRunAsync(
        () -> {
          process.cgroup().remove();
          directory.delete();
        },
        process.executor());
  }

  private static void complete(
      CompletableFuture<Void> stopped, ProcessDirectory directory, String survivors) {
    boolean ignored =
        survivors.isEmpty()
            ? stopped.complete(null)
            : stopped.completeExceptionally(
                new LuhprocException("cannot stop the process of " + directory + ": " + survivors));
  }
}
