package io.luhproc.cli;

import io.luhproc.DirectoryLockedException;
import io.luhproc.DirectoryRefusedException;
import io.luhproc.LuhprocException;
import io.luhproc.worker.NoSuchWorkerException;
import io.luhproc.worker.StartFailedException;
import io.luhproc.worker.StopFailedException;
import io.luhproc.worker.UnknownTaskException;

/**
 * What a worker command exits with. 0, 1, 3 and 4 are, for {@code info}, the status codes of LSB
 * 3.1 (Init Script Actions); the rest stay clear of what LSB reserves for later, of sysexits(3) and
 * of the shell's 125 and above.
 */
public enum ExitCode {
  /** Done. Also: {@code start} of what runs, {@code stop} of what does not; {@code info}: runs. */
  SUCCESS(0, "done; also start of a worker that runs, stop of one that does not; info: it runs"),

  /** Failed in a way that has no code of its own; {@code info}: ended, its directory is left. */
  FAILURE(1, "failed otherwise; run: the task threw; info: it has ended, its files are left"),

  /** The command line is wrong: an option, a duration, an id that cannot be one. */
  USAGE(2, "wrong usage: an unknown option, no ID, a value that cannot be"),

  /** There is no such worker: {@code info} and {@code logs}. */
  NOT_RUNNING(3, "info, logs: there is no such worker"),

  /** {@code info} could not find out. */
  STATUS_UNKNOWN(4, "info: could not find out"),

  /** {@code start}: could not be launched, or ended before it was ready. */
  START_FAILED(10, "start: it could not be launched, or ended before it was ready"),

  /** {@code start --wait}: was not ready in time; it runs on. */
  NOT_READY(11, "start --wait: it was not ready in time; it runs on"),

  /** {@code stop}: something of the worker still lives. */
  STOP_FAILED(12, "stop: something of it still lives when the time is over"),

  /** The task is not one of this app's. */
  UNKNOWN_TASK(13, "the app has no such task"),

  /** A directory is not safe to use or is another's: foreign owner, link, other app. */
  DIRECTORY_REFUSED(
      14, "a directory is a link, another user's or another app's; nothing was touched"),

  /** Somebody else is starting or stopping the same worker for longer than the time given. */
  BUSY(15, "somebody else is starting or stopping it"),

  /** Done, but stdout has not taken all that there was to say. */
  OUTPUT_LOST(16, "done, but its output could not be written: stdout is full or broken");

  private final int code;
  private final String description;

  ExitCode(int code, String description) {
    this.code = code;
    this.description = description;
  }

  /** Returns the number that the process exits with. */
  public int code() {
    return code;
  }

  /** Returns what the code means, in words for the documentation. */
  public String description() {
    return description;
  }

  /** Returns the code of a failure that says what it is, {@link #FAILURE} for all others. */
  static ExitCode of(LuhprocException failure) {
    if (failure instanceof StartFailedException startFailed) {
      return startFailed.running().isPresent() ? NOT_READY : START_FAILED;
    }
    if (failure instanceof StopFailedException) {
      return STOP_FAILED;
    }
    if (failure instanceof UnknownTaskException) {
      return UNKNOWN_TASK;
    }
    if (failure instanceof NoSuchWorkerException) {
      return NOT_RUNNING;
    }
    if (failure instanceof DirectoryRefusedException) {
      return DIRECTORY_REFUSED;
    }
    return failure instanceof DirectoryLockedException ? BUSY : FAILURE;
  }
}
