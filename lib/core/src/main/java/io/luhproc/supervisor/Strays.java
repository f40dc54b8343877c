package io.luhproc.supervisor;

import io.luhproc.LuhprocException;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessFinder;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.directory.ProcessRoot;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.procfs.ProcessTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/** Finds processes that no service has. Reads the disk, on the thread of whoever asks. */
final class Strays {
  private final ProcessRoot root;
  private final Board board;
  private final ProcessFinder living = new ProcessFinder(ProcessTable.system());

  Strays(ProcessRoot root, Board board) {
    this.root = root;
    this.board = board;
  }

  List<Stray> find() {
    List<Stray> found = new ArrayList<>();
    root.directories().forEach(it -> find(it).ifPresent(found::add));
    // Afterwards: what was added meanwhile is known by now, and launches nothing before it is.
    Set<Path> known =
        board.status().services().stream()
            .flatMap(service -> service.processes().stream())
            .map(ProcessStatus::directory)
            .collect(Collectors.toSet());
    found.removeIf(it -> known.contains(it.directory()));
    return List.copyOf(found);
  }

  private Optional<Stray> find(ProcessDirectory directory) {
    try {
      if (!directory.hasRecord() && directory.readPid().isEmpty()) {
        return Optional.empty();
      }
      Optional<ProcessRecord> description = directory.readRecord();
      return living.find(directory, description).map(it -> stray(directory, it, description));
    } catch (LuhprocException e) {
      LoggerFactory.getLogger(Strays.class).warn("{} is passed over", directory, e);
      return Optional.empty();
    }
  }

  private static Stray stray(
      ProcessDirectory directory, ProcessIdentity who, Optional<ProcessRecord> description) {
    return new Stray(
        directory.path(),
        who,
        description.flatMap(it -> it.key().app()),
        description.map(it -> it.key().id()));
  }
}
