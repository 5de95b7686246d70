using Orleans.Mmu.Import.Resources;
using Orleans.Mmu.Import.Texts;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Import.Places;

/// <summary>Reads a file that may have no length, such as those of /proc, up to a limit.</summary>
public static class BoundedFile
{
    /// <summary>A file of a kind; of /proc/kcore, which is as large as memory, only the beginning.</summary>
    /// <exception cref="InputException">There are more than <see cref="ImportFile.MaxBytes"/>.</exception>
    public static ImportFile Read(string name, Stream stream, FileKind? kind = null)
    {
        if (kind == FileKind.Kcore)
        {
            byte[] head = new byte[KernelCoreReader.HeadBytes];
            return new(name, head.AsMemory(0, stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)));
        }

        // A file of /proc has the length 0; one that says its length is read without growing.
        var content = new MemoryStream(stream.CanSeek ? (int)Math.Min(stream.Length, ImportFile.MaxBytes) : 0);
        byte[] buffer = new byte[64 << 10];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            content.Write(buffer, 0, read);
            if (content.Length > ImportFile.MaxBytes)
                throw new InputException(name, 1, $"expected at most {ImportFile.MaxBytes >> 20}M, found more");
        }

        return new(name, content.GetBuffer().AsMemory(0, (int)content.Length));
    }
}
