package io.luhproc.cli;

import io.luhproc.DirectoryLockedException;
import io.luhproc.DirectoryRefusedException;
import io.luhproc.LuhprocException;
import io.luhproc.service.NoSuchServiceException;
import io.luhproc.worker.NoSuchWorkerException;
import io.luhproc.worker.StartFailedException;
import io.luhproc.worker.StopFailedException;
import io.luhproc.worker.UnknownTaskException;

/**
 * Exit code of a worker command, or of a command of the program {@code luhproc}.
 *
 * <p>For {@code info} and {@code luhproc status}, the codes 0, 1, 3 and 4 are the status codes of
 * LSB 3.1, Init Script Actions. The others avoid the codes that LSB reserves, those of sysexits(3),
 * and 125 and above, which shells use. {@code wait} returns the exit code of the worker instead of
 * 0.
 *
 * @since 0.1
 */
public enum ExitCode {
  /** Success. {@code start} of a running worker and {@code stop} of one not running succeed too. */
  SUCCESS(0, "success, including start when already running and stop when not running"),

  /**
   * Any other failure. For {@code info}: the worker has ended, and its directory remains. For
   * {@code rm}: it is running. For {@code kill}: it is not running.
   */
  FAILURE(
      1,
      "any other failure; run: the task threw an exception; info: the worker has ended; rm: it is"
          + " running; kill: it is not running"),

  /** The command line is wrong: an unknown option, a missing parameter or an invalid value. */
  USAGE(
      2,
      "wrong usage: an unknown option, a missing ID, an invalid value; luhproc: an invalid"
          + " configuration"),

  /**
   * There is no such worker: it was never started or was removed. For the program: there is no such
   * service, or the daemon or the service does not run.
   */
  NOT_RUNNING(
      3,
      "there is no such worker; luhproc: there is no such service, or the daemon or the service"
          + " does not run"),

  /** {@code info}, {@code wait}: the state or the exit code cannot be determined. */
  STATUS_UNKNOWN(4, "info, wait, luhproc status: the state or the exit code cannot be determined"),

  /** {@code start}, {@code restart}: the launch failed, or the worker ended before it was ready. */
  START_FAILED(
      10,
      "start, restart: the launch failed, or the worker ended before it was ready; luhproc: a"
          + " service failed to start, or the daemon did"),

  /**
   * {@code --wait}, {@code wait --timeout}: the worker was not ready, or had not ended, in time.
   */
  NOT_READY(
      11,
      "--wait: the worker was not ready in time; wait: it has not ended in time; it keeps running;"
          + " luhproc: the services were not up, or not in the state of wait, in time"),

  /**
   * {@code stop}, {@code restart}, {@code rm}, {@code kill}: a process of the worker's tree was
   * alive at the timeout.
   */
  STOP_FAILED(
      12,
      "stop, restart, rm, kill: a process of the worker's tree was still alive at the timeout;"
          + " luhproc: a process of a service, or the daemon"),

  /** The app has no such task. */
  UNKNOWN_TASK(13, "the app has no such task"),

  /** A directory is a symbolic link, or belongs to another user or another app. */
  DIRECTORY_REFUSED(
      14, "a directory is a link, or belongs to another user or app; nothing was changed"),

  /** Another process holds the lock of the worker, to start or stop it, until the timeout. */
  BUSY(
      15,
      "another process is starting or stopping the worker; luhproc: another daemon uses the"
          + " directory"),

  /** The command succeeded, but stdout could not be written. */
  OUTPUT_LOST(16, "success, but the output could not be written: stdout is full or broken");

  private final int code;
  private final String description;

  ExitCode(int code, String description) {
    this.code = code;
    this.description = description;
  }

  /** Returns the exit status of the process, 0 to 16. */
  public int code() {
    return code;
  }

  /** Returns the meaning of the code, as documented in the README. */
  public String description() {
    return description;
  }

  /**
   * Returns the code of a failure; {@link #FAILURE} if it has no code of its own.
   *
   * @param failure what a call of the library has thrown
   */
  public static ExitCode of(LuhprocException failure) {
    if (failure instanceof StartFailedException startFailed) {
      return startFailed.running().isPresent() ? NOT_READY : START_FAILED;
    }
    if (failure instanceof StopFailedException) {
      return STOP_FAILED;
    }
    if (failure instanceof UnknownTaskException) {
      return UNKNOWN_TASK;
    }
    if (failure instanceof NoSuchWorkerException
        || failure instanceof MissingWorkerException
        || failure instanceof NoSuchServiceException) {
      return NOT_RUNNING;
    }
    if (failure instanceof DirectoryRefusedException) {
      return DIRECTORY_REFUSED;
    }
    return failure instanceof DirectoryLockedException ? BUSY : FAILURE;
  }
}
