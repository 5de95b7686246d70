using System.IO.Compression;
using System.Text.Json;
using Orleans.Mmu.Client.Exits;
using ZstdSharp;
using static Orleans.Mmu.Tests.Client.TraceFiles;

namespace Orleans.Mmu.Tests.Client;

/// <summary>How mmu tlb reads traces: compressed, broken off, spoilt and missing.</summary>
public sealed class TraceReadCommandTests : IDisposable
{
    private readonly TraceFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task EveryCompressionIsReadTheSame()
    {
        string plain = (await CommandRun.WithoutSiloAsync("tlb", await _files.FileAsync("t.ktr", Trace), "--csv")).Out;
        using var gzip = new MemoryStream();
        using (var stream = new GZipStream(gzip, CompressionMode.Compress, leaveOpen: true))
            stream.Write(Trace);
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            // Parts come in the order of their names.
            foreach (var (name, part) in new[] { ("chunk.0001", Trace[100..]), ("chunk.0000", Trace[..100]) })
            {
                using var stream = archive.CreateEntry(name).Open();
                stream.Write(part);
            }
        }

        using var compressor = new Compressor();
        foreach (var (suffix, bytes) in new[] { (".zst", compressor.Wrap(Trace).ToArray()), (".gz", gzip.ToArray()),
            (".zip", zip.ToArray()) })
        {
            string file = await _files.FileAsync("t.ktr" + suffix, bytes);
            Assert.Equal(plain, (await CommandRun.WithoutSiloAsync("tlb", file, "--csv")).Out);
        }
    }

    [Fact]
    public async Task WhatWasReadBeforeATraceBreaksOffIsPrinted()
    {
        string file = await _files.FileAsync("t.ktr", Trace[..^1]);
        var run = await CommandRun.WithoutSiloAsync("tlb", file, "--json");
        Assert.Equal(
            (ExitCode.BadInput,
            $"{file}: byte {Trace.Length - 2}: expected the rest of a record, found the end of the trace\n"),
            (run.Code, run.Error));
        using var json = JsonDocument.Parse(run.Out);
        Assert.True(json.RootElement[0].GetProperty("l1Misses").GetInt64() > 0);
        Assert.Contains("found the end of the trace", json.RootElement[0].GetProperty("error").GetString(),
            StringComparison.Ordinal);
        Assert.Contains(
            "then it broke off", (await CommandRun.WithoutSiloAsync("tlb", file)).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryPrefixOfACompressedTraceEndsInOneLine()
    {
        using var compressor = new Compressor();
        byte[] zstd = compressor.Wrap(Trace).ToArray();
        using var gzip = new MemoryStream();
        using (var stream = new GZipStream(gzip, CompressionMode.Compress, leaveOpen: true))
            stream.Write(Trace);
        foreach (byte[] whole in (byte[][])[zstd, gzip.ToArray()])
        {
            for (int length = 0; length < whole.Length - 8; length += 7)
            {
                string file = await _files.FileAsync("t", whole[..length]);
                var run = await CommandRun.WithoutSiloAsync("tlb", file, "--csv");
                Assert.True(run.Code == ExitCode.BadInput && run.Error.Count(c => c == '\n') == 1,
                    $"{length} of {whole.Length} bytes: {run.Code} {run.Error}");
                Assert.Contains("t: byte ", run.Error, StringComparison.Ordinal);
            }

            for (int at = 4; at < whole.Length; at += 11)
            {
                byte[] spoilt = [.. whole];
                spoilt[at] ^= 0x55;
                var run = await CommandRun.WithoutSiloAsync("tlb", await _files.FileAsync("t", spoilt), "--csv");
                Assert.True(
                    run.Code is ExitCode.Done or ExitCode.BadInput, $"{run.Code} with byte {at} spoilt: {run.Error}");
                Assert.Equal(run.Code == ExitCode.Done ? 0 : 1, run.Error.Count(c => c == '\n'));
            }
        }
    }

    [Fact]
    public async Task A_missing_trace_keeps_the_counts_of_those_before_it()
    {
        string good = await _files.FileAsync("t.ktr", Trace);
        var run = await CommandRun.WithoutSiloAsync("tlb", good, "missing.ktr", "--csv");

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Equal("missing.ktr: expected a memory trace, found no such file\n", run.Error);
        Assert.Equal((await CommandRun.WithoutSiloAsync("tlb", good, "--csv")).Out, run.Out);
    }
}
