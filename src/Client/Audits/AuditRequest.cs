using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Dumps;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Linux.Changes;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Client.Audits;

/// <summary>What mmu audit was asked.</summary>
/// <param name="File">The dump; "-" for standard input.</param>
/// <param name="RegistersFile">The name of the file of registers, for errors.</param>
/// <param name="Machine">The machine whose kernel should have made the map.</param>
/// <param name="Changes">Permission changes that are known to have happened after boot.</param>
/// <param name="Base">The physical address of the first byte of a memory image.</param>
/// <param name="Granule">The granule of a ptdump, where it is given.</param>
/// <param name="VaBits">The VA size of a ptdump, where it is given.</param>
internal sealed record AuditRequest(string File, RegisterFile? Registers, string? RegistersFile,
    MachineDescription? Machine, IReadOnlyList<MapChange> Changes, PhysicalAddress? Base, Granule? Granule,
    int? VaBits);
