package io.luhproc.example;

/**
 * The parts that index one folder together.
 *
 * @param filter which files are searched
 * @param index where they are put
 * @param fileIndexer who puts one there
 * @param watcher who tells of changes
 * @param progress who tells how far it is
 */
record IndexingContext(
    FolderFilter filter,
    FolderIndex index,
    FileIndexer fileIndexer,
    FolderWatcher watcher,
    IndexProgress progress) {}
