package io.luhproc.daemon.ship;

import io.luhproc.log.LogStream;
import java.nio.file.Path;

/**
 * A stream of a process.
 *
 * @param service the name of the service
 * @param process the name of the process or replica
 * @param directory the process directory
 * @param stream the stream
 */
record StreamKey(String service, String process, Path directory, LogStream stream) {
  Path activeFile() {
    return directory.resolve(stream.fileName());
  }

  @Override
  public String toString() {
    return service + "/" + process + " " + stream.prefix();
  }
}
