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

  /** Returns the orphans. Reads the disk on the calling thread. */
  List<OrphanProcess> scan(Supplier<SupervisorStatus> status) {
    List<OrphanProcess> found = new ArrayList<>();
    root.directories().forEach(it -> scan(it).ifPresent(found::add));
    // Read the status after the scan: it contains services that were added during the scan.
    Set<Path> known =
        status.get().services().stream()
            .flatMap(service -> service.processes().stream())
            .map(ProcessStatus::directory)
            .collect(Collectors.toSet());
    found.removeIf(it -> known.contains(it.directory()));
    return List.copyOf(found);
  }

  /** Returns the service for which the process of a directory was launched, if that is recorded. */
  Optional<String> service(ProcessDirectory directory) {
    try {
      return directory.readRecord().flatMap(it -> it.key().app());
    } catch (LuhprocException e) {
      LoggerFactory.getLogger(OrphanScanner.class)
          .warn("cannot read {}; it is skipped", directory, e);
      return Optional.empty();
    }
  }

  /** Returns the live process of a directory. */
  Optional<OrphanProcess> scan(ProcessDirectory directory) {
    try {
      if (!directory.hasRecord() && directory.readPid().isEmpty()) {
        return Optional.empty();
      }
      Optional<ProcessRecord> record = directory.readRecord();
      return processFinder.find(directory, record).map(it -> toOrphan(directory, it, record));
    } catch (LuhprocException e) {
      LoggerFactory.getLogger(OrphanScanner.class)
          .warn("cannot read {}; it is skipped", directory, e);
      return Optional.empty();
    }
  }

  private static OrphanProcess toOrphan(
      ProcessDirectory directory, ProcessIdentity identity, Optional<ProcessRecord> record) {
    return new OrphanProcess(
        directory.path(),
        identity,
        record.flatMap(it -> it.key().app()),
        record.map(it -> it.key().id()));
  }
}
