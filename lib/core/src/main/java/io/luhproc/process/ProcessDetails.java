package io.luhproc.process;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Where {@link ProcessInfo} comes from, which documents these. */
interface ProcessDetails {

  Optional<ProcessInfo> info(long pid);

  List<Long> children(long pid);

  OptionalLong pss(long pid);
}
