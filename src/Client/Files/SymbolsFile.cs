using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Import.Kernels;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Client.Files;

/// <summary>The functions of --symbols: System.map or /proc/kallsyms, which may be compressed.</summary>
internal sealed class SymbolsFile(FunctionSymbols symbols) : IFunctionNames
{
    // A kernel with all symbols has some 15 MB of them.
    private const int MaxBytes = 128 << 20;

    public ulong? Text => symbols.Text;

    /// <exception cref="UsageException">The file cannot be read.</exception>
    /// <exception cref="InputException">The file has no functions.</exception>
    public static SymbolsFile Read(string path) => InputFile.Read(
        path, "symbols of a kernel",
        stream => Decompressed.Read(
            path, stream, raw => new SymbolsFile(FunctionSymbols.Read(path, Bytes(path, raw)))));

    public string? Of(ulong address) => symbols.Of(address);

    private static byte[] Bytes(string path, Stream stream)
    {
        var bytes = new MemoryStream();
        byte[] buffer = new byte[1 << 18];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            bytes.Write(buffer, 0, read);
            if (bytes.Length > MaxBytes)
                throw new InputException(path, 1, $"expected at most {MaxBytes} bytes, found more");
        }

        return bytes.ToArray();
    }
}
