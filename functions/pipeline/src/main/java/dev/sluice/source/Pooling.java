package dev.sluice.source;

/// What was seen of a connection pooler.
///
/// @param between     the process id that was announced when connecting is not that of the process that
///                    answers: something stands between
/// @param transaction two connections that were open at once were served by one process: the pooler hands
///                    its server connections out for a transaction at a time
/// @param keepsNames  `application_name` arrives at the server
public record Pooling(boolean between, boolean transaction, boolean keepsNames) {}
