package io.luhproc.supervisor.runtime;

import io.luhproc.LuhprocException;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessFinder;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.directory.ProcessRoot;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.service.OrphanProcess;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.SupervisorStatus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/** Finds live processes in a supervisor's directory that belong to none of its services. */
final class OrphanScanner {
  private final ProcessRoot root;
  private final ProcessFinder processFinder;

  OrphanScanner(ProcessRoot root, ProcessTable table) {
    this.root = root;
    this.processFinder = new ProcessFinder(table);
  }

  /** Reads the disk on the calling thread. */
  List<OrphanProcess> scan(Supplier<SupervisorStatus> status) {
    List<OrphanProcess> found = new ArrayList<>();
    root.directories().forEach(it -> scan(it).ifPresent(found::add));
    // Afterwards: a service that was added during the scan is in the status before it launches.
    Set<Path> known =
        status.get().services().stream()
            .flatMap(service -> service.processes().stream())
            .map(ProcessStatus::directory)
            .collect(Collectors.toSet());
    found.removeIf(it -> known.contains(it.directory()));
    return List.copyOf(found);
  }

  private Optional<OrphanProcess> scan(ProcessDirectory directory) {
    try {
      if (!directory.hasRecord() && directory.readPid().isEmpty()) {
        return Optional.empty();
      }
      Optional<ProcessRecord> description = directory.readRecord();
      return processFinder
          .find(directory, description)
          .map(it -> toOrphan(directory, it, description));
    } catch (LuhprocException e) {
      LoggerFactory.getLogger(OrphanScanner.class)
          .warn("cannot read {}; it is skipped", directory, e);
      return Optional.empty();
    }
  }

  private static OrphanProcess toOrphan(
      ProcessDirectory directory, ProcessIdentity identity, Optional<ProcessRecord> description) {
    return new OrphanProcess(
        directory.path(),
        identity,
        description.flatMap(it -> it.key().app()),
        description.map(it -> it.key().id()));
  }
}
