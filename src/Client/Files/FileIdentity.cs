using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Orleans.Mmu.Client.Files;

/// <summary>
/// Which file a name leads to, by whatever links: the device and the inode of one that is there; the folder's, and the
/// name in it, of one that would be created.
/// </summary>
/// <param name="Name">The name of a file that is not there; "" for one that is.</param>
internal readonly partial record struct FileIdentity(ulong Device, ulong Inode, string Name)
{
    // AT_FDCWD, STATX_INO, and where struct statx has stx_ino, stx_dev_major and stx_dev_minor, on every Linux.
    private const int WorkingFolder = -100;
    private const uint WantsInode = 0x100;
    private const int StatxBytes = 256, InodeAt = 32, MajorAt = 136, MinorAt = 140;

    /// <summary>The file that a name leads to; null where it leads nowhere, or where nothing says.</summary>
    public static FileIdentity? Of(string path)
    {
        try
        {
            // As the runtime opens it: "link/.." is the folder of the link.
            string full = Path.GetFullPath(path);
            if (Existing(full) is { } found)
                return found;
            string target = Target(full);
            return Path.GetDirectoryName(target) is { } folder && Existing(folder) is { } inside
                ? inside with { Name = inside.Name + '/' + Path.GetFileName(target) } : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException
            or EntryPointNotFoundException)
        {
            return null; // Opening it says what is wrong.
        }
    }

    /// <summary>The full name behind the links of the name itself.</summary>
    public static string Target(string path)
    {
        // A relative name of a link would be looked up in the root folder.
        var file = new FileInfo(Path.GetFullPath(path));
        return file.LinkTarget is null ? file.FullName
            : file.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file.FullName;
    }

    private static FileIdentity? Existing(string path)
    {
        if (!OperatingSystem.IsLinux())
            return Path.Exists(path) ? new(0, 0, Target(path)) : null;
        Span<byte> status = stackalloc byte[StatxBytes];
        if (path.Length == 0 || Statx(WorkingFolder, path, 0, WantsInode, ref status[0]) != 0)
            return null;
        ulong device = (ulong)BinaryPrimitives.ReadUInt32LittleEndian(status[MajorAt..]) << 32
            | BinaryPrimitives.ReadUInt32LittleEndian(status[MinorAt..]);
        return new(device, BinaryPrimitives.ReadUInt64LittleEndian(status[InodeAt..]), "");
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte status);
}
