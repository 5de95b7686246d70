using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Orleans.Mmu.Inputs;

/// <summary>What Linux says of a file, behind every link (statx).</summary>
/// <param name="Mode">Its type and permissions.</param>
/// <param name="Device">The device that has it: major number above bit 32, minor number below.</param>
/// <param name="Inode">Its number on the device.</param>
public readonly partial record struct FileStatus(ushort Mode, ulong Device, ulong Inode)
{
    // AT_FDCWD; STATX_TYPE and STATX_INO; and where struct statx has its fields, the same on every architecture.
    private const int CurrentFolder = -100;
    private const uint Wanted = 0x101;
    private const int Bytes = 256, ModeAt = 28, InodeAt = 32, MajorAt = 136, MinorAt = 140;

    /// <summary>The status of a file; null where there is no such file, and where the system does not tell.</summary>
    public static FileStatus? Of(string path)
    {
        if (!OperatingSystem.IsLinux() || path.Length == 0)
            return null;
        Span<byte> status = stackalloc byte[Bytes];
        try
        {
            if (Statx(CurrentFolder, path, 0, Wanted, ref status[0]) != 0)
                return null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }

        ulong device = (ulong)BinaryPrimitives.ReadUInt32LittleEndian(status[MajorAt..]) << 32
            | BinaryPrimitives.ReadUInt32LittleEndian(status[MinorAt..]);
        return new(
            BinaryPrimitives.ReadUInt16LittleEndian(status[ModeAt..]), device,
            BinaryPrimitives.ReadUInt64LittleEndian(status[InodeAt..]));
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte status);
}
