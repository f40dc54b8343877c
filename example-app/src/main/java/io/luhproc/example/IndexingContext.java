package io.luhproc.example;

/**
 * The objects that index one folder; {@link IndexerTask} creates them.
 *
 * @param filter selects the files
 * @param index stores them
 * @param fileIndexer reads one file into the index
 * @param watcher reports changes
 * @param progress counts and reports the work
 */
record IndexingContext(
    FolderFilter filter,
    FolderIndex index,
    FileIndexer fileIndexer,
    FolderWatcher watcher,
    IndexProgress progress) {}
