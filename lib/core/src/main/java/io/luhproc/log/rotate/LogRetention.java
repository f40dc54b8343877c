package io.luhproc.log.rotate;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.luhproc.log.LogPolicy;
import io.luhproc.log.file.LogFiles;
import io.luhproc.log.file.RotatedFile;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

/** Deletes and compresses rotated files according to a policy. */
final class LogRetention {
  // Readers rely on the length in the gzip trailer, which is modulo 2^32.
  private static final long MAX_GZIP_BYTES = 0xffff_ffffL;

  private final LogFiles files;
  private final LogPolicy policy;
  private final MaintenanceContext context;
  private final SteadyClock clock;

  LogRetention(LogFiles files, LogPolicy policy, MaintenanceContext context, SteadyClock clock) {
    this.files = files;
    this.policy = policy;
    this.context = context;
    this.clock = clock;
  }

  /** Deletes rotated files that are too many or too old, oldest first. */
  void deleteExpired() throws IOException {
    Instant now = clock.now();
    boolean anyAge = policy.maxAge().compareTo(Duration.between(Instant.MIN, now)) >= 0;
    delete(policy.maxBackups(), anyAge ? Instant.MIN : now.minus(policy.maxAge()));
  }

  /** Deletes the oldest rotated files until at most {@code count} are left. */
  void keepNewest(int count) throws IOException {
    delete(count, Instant.MIN);
  }

  private void delete(int kept, Instant cutoff) throws IOException {
    List<RotatedFile> rotatedFiles = files.rotatedFiles();
    int surplus = rotatedFiles.size() - kept;
    for (int i = 0; i < rotatedFiles.size(); i++) {
      if (i < surplus || Instant.ofEpochMilli(rotatedFiles.get(i).rotatedAt()).isBefore(cutoff)) {
        delete(rotatedFiles.get(i).rotatedAt());
      }
    }
  }

  private void delete(long rotatedAt) throws IOException {
    Files.deleteIfExists(files.gzipFile(rotatedAt));
    Files.deleteIfExists(files.plainFile(rotatedAt));
  }

  /**
   * Compresses the oldest uncompressed file if the policy demands it.
   *
   * @return whether one was compressed; then there may be another
   */
  boolean compressOne() throws IOException {
    if (!policy.gzip()) {
      return false;
    }
    for (RotatedFile rotatedFile : files.rotatedFiles()) {
      if (!rotatedFile.gzip() && rotatedFile.uncompressedLength() <= MAX_GZIP_BYTES) {
        compress(rotatedFile);
        return true;
      }
    }
    return false;
  }

  private void compress(RotatedFile rotatedFile) throws IOException {
    Path temp = files.gzipTempFile(rotatedFile.rotatedAt());
    try (FileChannel file =
            FileChannel.open(
                temp, Set.of(CREATE, TRUNCATE_EXISTING, WRITE), LogFiles.ownerOnlyPermissions());
        GZIPOutputStream gzip = new GZIPOutputStream(Channels.newOutputStream(file), 1 << 16)) {
      Files.copy(rotatedFile.path(), gzip);
      gzip.finish();
      // The uncompressed file is deleted next.
      file.force(false);
    } catch (IOException e) {
      Files.deleteIfExists(temp);
      throw e;
    }
    Files.move(temp, files.gzipFile(rotatedFile.rotatedAt()), ATOMIC_MOVE);
    context.onCheckpoint().accept(RotationCheckpoint.COMPRESSED);
    Files.delete(rotatedFile.path());
  }

  /** Deletes temporary and duplicate files of a killed maintainer. */
  void deleteLeftovers() throws IOException {
    for (Path temp : files.tempFiles()) {
      Files.deleteIfExists(temp);
    }
    for (RotatedFile rotatedFile : files.rotatedFiles()) {
      if (!rotatedFile.gzip() && Files.exists(files.gzipFile(rotatedFile.rotatedAt()))) {
        Files.delete(rotatedFile.path());
      }
    }
  }
}
