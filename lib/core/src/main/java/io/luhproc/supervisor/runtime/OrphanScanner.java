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
import io.luhproc.supervisor.engine.StatusStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/** Finds processes that no service has. Reads the disk, on the thread of whoever asks. */
public final class OrphanScanner {
  private final ProcessRoot root;
  private final StatusStore statuses;
  private final ProcessFinder processFinder = new ProcessFinder(ProcessTable.system());

  public OrphanScanner(ProcessRoot root, StatusStore statuses) {
    this.root = root;
    this.statuses = statuses;
  }

  public List<OrphanProcess> scan() {
    List<OrphanProcess> found = new ArrayList<>();
    root.directories().forEach(it -> scan(it).ifPresent(found::add));
    // Afterwards: what was added meanwhile is known by now, and launches nothing before it is.
    Set<Path> known =
        statuses.status().services().stream()
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
      LoggerFactory.getLogger(OrphanScanner.class).warn("{} is passed over", directory, e);
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
