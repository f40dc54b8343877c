package io.luhproc.procfs;

import io.luhproc.process.ProcessInfo;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Where {@link ProcessInfo} comes from, which documents these. */
public interface ProcessInfoReader {

  Optional<ProcessInfo> read(long pid);

  List<Long> childPids(long pid);

  OptionalLong pssBytes(long pid);
}
