package io.luhproc.directory;

import io.luhproc.LuhprocException;
import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.spawn.ChildProcess;
import io.luhproc.spawn.LaunchRequest;
import io.luhproc.spawn.Launcher;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/**
 * Launches a process into its directory such that it can be found even if the launcher is killed.
 *
 * <p>The order is: write the record without an identity and remove the old pid; launch; write the
 * record with the identity; write the pid. {@link ProcessFinder} finds a launch without an identity
 * by the marker of its directory. The caller holds the directory's lock.
 */
public final class JournaledLauncher {
  private final Launcher launcher;
  private final ProcessTable table;

  /**
   * Creates a journaled launcher.
   *
   * @param launcher starts the processes
   * @param table provides their identities
   */
  public JournaledLauncher(Launcher launcher, ProcessTable table) {
    this.launcher = launcher;
    this.table = table;
  }

  /** Prepares a directory for a launch: prepares the log files and removes the pid. */
  public static void prepare(ProcessDirectory directory) {
    directory.prepareLogFiles();
    directory.stashPid();
  }

  /**
   * Launches a process.
   *
   * @param directory its directory, locked by the caller
   * @param record its record, without an identity and without a limit marker
   * @param request what to start; it gets a limit marker if it has none
   * @return the process and its record with the identity
   * @throws io.luhproc.process.SpawnException if it cannot be started
   * @throws LuhprocException if it cannot be recorded; it has been killed then
   */
  public Launched launch(ProcessDirectory directory, ProcessRecord record, LaunchRequest request) {
    OpenHandles handles = new OpenHandles();
    try {
      directory.pinRecord(handles);
      LaunchRequest marked = launcher.mark(request);
      ProcessRecord markedRecord = record.withLimitMarker(marked.limitMarker());
      directory.writeRecord(markedRecord);
      directory.pinRecord(handles);
      return launch(directory, markedRecord, launcher.launch(marked), handles);
    } catch (RuntimeException | Error e) {
      handles.close();
      throw e;
    }
  }

  private Launched launch(
      ProcessDirectory directory, ProcessRecord record, ChildProcess child, OpenHandles handles) {
    try {
      return new Launched(child, recordIdentity(directory, record, child.pid()), handles);
    } catch (RuntimeException | Error e) {
      // A process without a record could not be found again.
      child.kill();
      throw e;
    }
  }

  /** Writes the identity before the pid: a worker that finds its pid can rely on the record. */
  private ProcessRecord recordIdentity(ProcessDirectory directory, ProcessRecord record, long pid) {
    // Zombies count: a process that died at once is still the one that was launched.
    Optional<ProcessStat> stat = table.find(pid);
    ProcessRecord launched =
        stat.isPresent() ? record.withIdentity(table.identityOf(stat.get())) : record;
    directory.writeRecord(launched);
    directory.writePid(pid);
    return launched;
  }

  /**
   * A launched process. Closing it can wait for the disk, so close it once the caller is served.
   *
   * @param child the process, which closing does not affect
   * @param record its record on disk
   * @param previousRecords keeps replaced records open until this is closed
   */
  public record Launched(ChildProcess child, ProcessRecord record, Closeable previousRecords)
      implements Closeable {
    @Override
    public void close() {
      try {
        previousRecords.close();
      } catch (IOException ignored) {
        // The file was only kept open, neither read nor written.
      }
    }
  }
}
