package io.luhproc.log;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

/** Deletes the parts that a policy no longer keeps and compresses the others if it says so. */
final class Retention {
  // The trailer of a gzip has its length modulo 2^32, which readers rely on.
  private static final long LONGEST_GZIP = 0xffff_ffffL;

  private final LogFiles files;
  private final LogPolicy policy;
  private final KeeperTools tools;

  Retention(LogFiles files, LogPolicy policy, KeeperTools tools) {
    this.files = files;
    this.policy = policy;
    this.tools = tools;
  }

  /** Deletes parts that are too many or too old, oldest first. */
  void expire() throws IOException {
    List<Part> parts = files.parts();
    Instant oldest = tools.time().now().minus(policy.maxAge());
    int surplus = parts.size() - policy.maxParts();
    for (int i = 0; i < parts.size(); i++) {
      if (i < surplus || Instant.ofEpochMilli(parts.get(i).stamp()).isBefore(oldest)) {
        delete(parts.get(i).stamp());
      }
    }
  }

  private void delete(long stamp) throws IOException {
    Files.deleteIfExists(files.gzip(stamp));
    Files.deleteIfExists(files.plain(stamp));
  }

  /**
   * Compresses the oldest part that is not, when the policy says so.
   *
   * @return whether there was one, so that there may be another
   */
  boolean compressOne() throws IOException {
    if (!policy.gzip()) {
      return false;
    }
    for (Part part : files.parts()) {
      if (!part.gzip() && part.length() <= LONGEST_GZIP) {
        compress(part);
        return true;
      }
    }
    return false;
  }

  private void compress(Part part) throws IOException {
    Path temp = files.gzipTemp(part.stamp());
    try (FileChannel file =
            FileChannel.open(temp, Set.of(CREATE, TRUNCATE_EXISTING, WRITE), LogFiles.ownerOnly());
        OutputStream gzip = new GZIPOutputStream(Channels.newOutputStream(file), 1 << 16)) {
      Files.copy(part.path(), gzip);
    } catch (IOException e) {
      Files.deleteIfExists(temp);
      throw e;
    }
    Files.move(temp, files.gzip(part.stamp()), ATOMIC_MOVE);
    tools.reached().accept(Step.COMPRESSED);
    Files.delete(part.path());
  }

  /** Removes what a killed keeper left half done. */
  void clean() throws IOException {
    for (Path temp : files.temps()) {
      Files.deleteIfExists(temp);
    }
    for (Part part : files.parts()) {
      if (!part.gzip() && Files.exists(files.gzip(part.stamp()))) {
        Files.delete(part.path());
      }
    }
  }
}
