using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Client.Files;

/// <summary>
/// Which file a name leads to, by whatever links: the device and the inode of one that is there; the folder's, and the
/// name in it, of one that would be created.
/// </summary>
/// <param name="Name">The name of a file that is not there; "" for one that is.</param>
internal readonly record struct FileIdentity(ulong Device, ulong Inode, string Name)
{
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
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
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

    private static FileIdentity? Existing(string path) => FileStatus.Of(path) is { } status
        ? new(status.Device, status.Inode, "")
        : !OperatingSystem.IsLinux() && Path.Exists(path) ? new(0, 0, Target(path)) : null;
}
